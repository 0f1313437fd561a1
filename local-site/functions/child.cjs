/**
 * The process in which the functions of one app version run. It stands in for the native Node runtime of Forge:
 * the environment holds the app's variables and nothing else, `console` and `fetch` are the platform's, and
 * `__forge_runtime__` and `__forge_fetch__` are what the @forge packages expect (facts: forge-runtime, sections 9, 10).
 *
 * Messages in:  {type: 'start', bundleDir, variables, memoryMB, maxResultBytes, unhandledRejectionFails}
 *               {type: 'invoke', id, handler, event, meta, timeLimit, logLimits, clockOffset}   milliseconds
 *               {type: 'ping'}
 * Messages out: process-messages.ts
 *
 * Several invocations run at the same time. Each sees its own runtime object, bound by AsyncLocalStorage.
 */
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const { captureConsole } = require('./console-capture.cjs');
const { openDoor } = require('./forge-fetch.cjs');
const { describeError } = require('./describe-error.cjs');
const { loadHandler } = require('./load-handler.cjs');
const { limitMemory } = require('./memory-limit.cjs');
const { closeOtherDoors } = require('./other-doors.cjs');
const { contextOf, runtimeOf } = require('./forge-runtime.cjs');
const { watchParent } = require('./parent-watch.cjs');
const { shiftDate } = require('../support/shift-date.cjs');

const invocations = new AsyncLocalStorage();
let settings;

// Keep what we need ourselves before the app can touch it.
const send = process.send.bind(process);
const now = performance.now.bind(performance);
const siteDate = shiftDate();

captureConsole(
  () => invocations.getStore(),
  (line) => send({ type: 'log', ...line }),
);
const door = openDoor(() => invocations.getStore()?.runtime);
globalThis.fetch = door.fetch;
globalThis.__forge_fetch__ = door.forgeFetch;
Object.defineProperty(globalThis, '__forge_runtime__', {
  configurable: true,
  get: () => invocations.getStore()?.runtime,
});
closeOtherDoors((what) => send({ type: 'unmodelled', what }));

process.on('message', (message) => {
  if (message.type === 'start') start(message);
  else if (message.type === 'ping') send({ type: 'pong' });
  else void invoke(message);
});
// The platform is gone: nobody is left to answer to.
process.on('disconnect', () => process.exit(0));

// Node says that a process is not to be trusted after an exception that nobody caught. The invocation it came from fails,
// the others may end, and the platform starts another process. Both handlers run in the context of their invocation.
process.on('uncaughtException', (error) => {
  invocations.getStore()?.fail(error);
  console.error('Uncaught exception:', error);
  send({ type: 'spoilt' });
});
process.on('unhandledRejection', (reason) => {
  if (settings?.unhandledRejectionFails) invocations.getStore()?.fail(reason);
  console.error('Unhandled rejection:', reason);
});

function start(message) {
  settings = message;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, message.variables);
  limitMemory(message.memoryMB);
  send({ type: 'ready' });
  watchParent();
}

async function invoke({ id, handler, event, meta, timeLimit, logLimits, clockOffset }) {
  // The site has one clock, so the latest offset holds for all invocations of this process.
  siteDate.set({ now: clockOffset, machineNow: 0, speed: 1 });
  const endsAt = now() + timeLimit;
  const { invocationId } = meta.appContext;
  const invocation = { invocationId, log: { ...logLimits, dropped: 0 } };
  let result;
  try {
    // Loading happens outside of any invocation, so that what a module keeps is not bound to the first caller.
    const run = loadHandler(settings.bundleDir, handler);
    invocation.runtime = runtimeOf(meta, handler, endsAt);
    const broken = new Promise((_resolve, reject) => {
      invocation.fail = reject;
    });
    const done = invocations.run(invocation, async () => run(event, contextOf(meta)));
    result = { success: true, text: textOf(await Promise.race([done, broken])) };
  } catch (error) {
    result = { success: false, error: describeError(error) };
  }
  const { dropped } = invocation.log;
  if (dropped > 0) {
    const text = `${dropped} more lines were over the limits of an invocation and dropped.`;
    send({ type: 'log', invocationId, level: 'warn', text, dropped });
  }
  send({ type: 'result', id, result });
}

/** The result as JSON: what JSON cannot say is lost (functions, undefined) or fails the call (BigInt, circles). */
function textOf(value) {
  const text = JSON.stringify(value);
  if (text !== undefined && Buffer.byteLength(text) > settings.maxResultBytes) {
    const error = new Error('The result of an invocation is limited to 5 MB.');
    error.name = 'PAYLOAD_TOO_BIG';
    throw error;
  }
  return text;
}
