import { join } from 'node:path';
import { readArguments, USAGE, type DemoArguments } from './arguments.ts';
import { RunBook } from './headless/run-book.ts';
import { runHeadless } from './headless/run-headless.ts';
import { DEMO_SITES, runInteractive } from './interactive.ts';
import { openRunFolder, type RunFolder } from './run-folder.ts';
import { startStack, type Stack } from './stack.ts';

/** People read standard output; with `--json` it holds the one result line and everything else goes to standard error. */
async function main(args: DemoArguments): Promise<number> {
  const say = (line: string): void => {
    (args.json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const started = Date.now();
  // How a run is watched and where it lies is no part of what it is.
  const asked = { ...args, json: null, data: null };
  const folder = await openRunFolder(args.data, asked);
  const stack = await startStack({
    ...{ folder, asked },
    // Below the ports that the system hands out by itself: a killed process has to find its own free.
    ports: args.headless
      ? { site: 4450, platform: 4451, customUi: 4452, remote: 4453 }
      : { site: 4400, platform: 4401, customUi: 4402, remote: 4403 },
    sites: args.headless ? [{ slug: 'main', displayName: 'Headless' }] : DEMO_SITES,
    backfillShare: args.headless ? 0.85 : 0.7,
    say,
    onLog: (from, line) => process.stderr.write(`${from}: ${line}\n`),
  });
  let keeps = folder.isKept;
  const interrupted = endOnSignal(() => stack.stop(keeps));
  const work = async (): Promise<number> => {
    if (!args.headless) {
      await runInteractive(stack, started, say);
      return interrupted;
    }
    const code = await headless(stack, folder, args, say);
    // It has come to its end: there is nothing to go on with.
    keeps = false;
    return code;
  };
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    await reportUnmodelled(stack, say).catch(() => undefined);
    await stack.stop(keeps);
  }
}

async function headless(
  stack: Stack,
  folder: RunFolder,
  args: DemoArguments,
  say: (line: string) => void,
): Promise<number> {
  const book = new RunBook(join(folder.path, 'ledger.jsonl'));
  const { result, problems } = await runHeadless(stack, book, args, say);
  await book.close();
  for (const problem of problems) say(problem);
  if (args.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    for (const [name, value] of Object.entries(result)) say(`${name.padEnd(20)} ${String(value)}`);
  return problems.length === 0 ? 0 : 1;
}

/** Resolves with an exit code when somebody presses Ctrl-C; a second one ends without tidying up. */
function endOnSignal(stop: () => Promise<void>): Promise<number> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(130);
      asked = true;
      process.stderr.write('\nEnding …\n');
      resolve(130);
      void stop();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

async function reportUnmodelled(stack: Stack, say: (line: string) => void): Promise<void> {
  const calls = await stack.doors.unmodelled();
  if (calls.length === 0) return;
  say('Calls that the local site does not model (answered 501):');
  for (const { room, what, count } of calls) say(`  ${room}: ${what} (${count})`);
}

try {
  const args = readArguments(process.argv.slice(2));
  if (args === 'help') process.stdout.write(`${USAGE}\n`);
  // Said aloud: connections that are kept alive must not keep the demo alive.
  else process.exit(await main(args));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
