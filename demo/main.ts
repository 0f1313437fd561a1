import { readArguments, USAGE, type DemoArguments } from './arguments.ts';
import { runHeadless } from './headless/run-headless.ts';
import { DEMO_SITES, runInteractive } from './interactive.ts';
import { startStack, type Stack } from './stack.ts';

/** People read standard output; with `--json` it holds the one result line and everything else goes to standard error. */
async function main(args: DemoArguments): Promise<number> {
  const say = (line: string): void => {
    (args.json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const started = Date.now();
  const stack = await startStack({
    ports: args.headless
      ? { site: 0, platform: 0, customUi: 0, remote: 4453 }
      : { site: 4400, platform: 4401, customUi: 4402, remote: 4403 },
    sites: args.headless ? [{ slug: 'main', displayName: 'Headless' }] : DEMO_SITES,
    backfillShare: args.headless ? 0.85 : 0.7,
    say,
    onLog: (from, line) => process.stderr.write(`${from}: ${line}\n`),
  });
  const interrupted = endOnSignal(stack);
  try {
    const work = args.headless
      ? headless(stack, args, say)
      : runInteractive(stack, started, say).then(() => interrupted);
    return await Promise.race([work, interrupted]);
  } finally {
    reportUnmodelled(stack, say);
    await stack.stop();
  }
}

async function headless(
  stack: Stack,
  args: DemoArguments,
  say: (line: string) => void,
): Promise<number> {
  const { result, problems } = await runHeadless(stack, args, say);
  for (const problem of problems) say(problem);
  if (args.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    for (const [name, value] of Object.entries(result)) say(`${name.padEnd(20)} ${String(value)}`);
  return problems.length === 0 ? 0 : 1;
}

/** Resolves with an exit code when somebody presses Ctrl-C; a second one ends without tidying up. */
function endOnSignal(stack: Stack): Promise<number> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(130);
      asked = true;
      process.stderr.write('\nEnding …\n');
      resolve(130);
      void stack.stop();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

function reportUnmodelled(stack: Stack, say: (line: string) => void): void {
  const calls = stack.local.unmodelled();
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
