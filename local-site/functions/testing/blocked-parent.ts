import { startRunner } from './runner.ts';

/** A platform whose function blocks its process for ever. Prints the process id of the function. */
const app = await startRunner();
await app.call('nothing');
app.call('block', {}, { timeLimit: 120_000 }).catch(() => undefined);
setTimeout(() => {
  process.stdout.write(`${app.runner.pids[0] ?? ''}\n`);
}, 100);
