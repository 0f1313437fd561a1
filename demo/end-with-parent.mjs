/**
 * Loaded into the demo's children by `--import`: ends the process when its standard input closes, that is when the demo has gone,
 * however. First as a supervisor would, then without asking.
 */
const GRACE_MS = 2_000;

process.stdin.on('error', () => undefined);
process.stdin.once('close', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
});
process.stdin.resume();
// It must not keep alive what has come to its end.
process.stdin.unref();
