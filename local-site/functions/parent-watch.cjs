'use strict';
const { Worker } = require('node:worker_threads');

/**
 * Ends this process when its parent has gone. The closed channel says so as well, but nobody hears it while a function
 * blocks the event loop; a thread of its own does.
 */
exports.watchParent = () => {
  const worker = new Worker(
    `const { workerData: parent } = require('node:worker_threads');
     setInterval(() => {
       if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
     }, 1_000);`,
    // Asked here: the thread may come up after the parent has gone.
    { eval: true, env: {}, stdout: true, stderr: true, workerData: process.ppid },
  );
  worker.unref();
  worker.on('error', () => {});
};
