/**
 * The process in which the functions of one app version run. It stands in for the native Node runtime of Forge:
 * the environment holds the app's variables and nothing else, `console` and `fetch` are the platform's, and
 * `__forge_runtime__` and `__forge_fetch__` are what the @forge packages expect (facts: forge-runtime, sections 9, 10).
 *
 * Messages in:  {type: 'start', bundleDir, variables}
 *               {type: 'invoke', id, handler, event, meta, timeLimit}   timeLimit in milliseconds
 * Messages out: {type: 'result', id, result}, {type: 'log', id, level, text}
 *
 * Several invocations run at the same time. Each sees its own runtime object, bound by AsyncLocalStorage.
 */
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const { captureConsole } = require('./console-capture.cjs');
const { openDoor } = require('./forge-fetch.cjs');
const { describeError } = require('./describe-error.cjs');
const { loadHandler } = require('./load-handler.cjs');
const { contextOf, runtimeOf } = require('./forge-runtime.cjs');

const invocations = new AsyncLocalStorage();
let bundleDir = '';

// Keep what we need ourselves before the app can touch it.
const send = process.send.bind(process);

captureConsole((level, text) => {
  send({ type: 'log', id: invocations.getStore()?.id, level, text });
});
const door = openDoor(() => invocations.getStore()?.runtime);
globalThis.fetch = door.fetch;
globalThis.__forge_fetch__ = door.forgeFetch;
Object.defineProperty(globalThis, '__forge_runtime__', {
  configurable: true,
  get: () => invocations.getStore()?.runtime,
});

process.on('message', (message) => {
  if (message.type === 'start') start(message);
  else void invoke(message);
});
// The platform is gone: nobody is left to answer to.
process.on('disconnect', () => process.exit(0));
// A promise that the app forgot must not take the other invocations down.
process.on('unhandledRejection', (reason) => console.error('Unhandled rejection:', reason));

function start(message) {
  bundleDir = message.bundleDir;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, message.variables);
}

async function invoke({ id, handler, event, meta, timeLimit }) {
  let result;
  try {
    // Loading happens outside of any invocation, so that what a module keeps is not bound to the first caller.
    const run = loadHandler(bundleDir, handler);
    const runtime = runtimeOf(meta, handler, performance.now() + timeLimit);
    const value = await invocations.run({ id, runtime }, () => run(event, contextOf(meta)));
    result = { success: true, text: JSON.stringify(value) };
  } catch (error) {
    result = { success: false, error: describeError(error) };
  }
  send({ type: 'result', id, result });
}
