'use strict';
const { writeSync } = require('node:fs');

const LOOK_EVERY_MS = 100;

/**
 * Buffers lie outside of V8's heap, so its limit does not see them. When they alone take more than the function's memory,
 * the process ends the way V8 ends it when the heap is full.
 */
exports.limitMemory = (memoryMB) => {
  const limit = memoryMB * 1024 * 1024;
  setInterval(() => {
    if (process.memoryUsage().external <= limit) return;
    writeSync(2, 'FATAL: memory limit reached outside of the heap\n');
    process.abort();
  }, LOOK_EVERY_MS).unref();
};
