/**
 * `npm run conformance`: the vendor's own release commands, by the real Forge CLI, against the local site; then the app's own
 * suite on the artifact that the real bundler made. Takes minutes. Exit code 1 when anything failed.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readArguments, USAGE } from './arguments.ts';
import { CHECKS } from './checks.ts';
import { cliFolder } from './processes/install-cli.ts';
import { killRunning } from './processes/run-process.ts';
import { runChecks, selectChecks } from './run-checks.ts';
import { World } from './world.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args === 'help') {
    print(USAGE);
    return 0;
  }
  const checks = selectChecks(CHECKS, args.only);
  if (args.list) {
    for (const { name, title } of checks) print(`${name.padEnd(24)} ${title}`);
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const world = new World({
    root: resolve(import.meta.dirname, '..'),
    cliFolder: cliFolder(process.env),
    ...{ folder, env: process.env, say: print },
  });
  endOnSignal(world);
  if (world.jiraOpenApi === undefined) {
    print("No OpenAPI document of Jira's: scopes are checked against no paths. Set JIRA_OPENAPI.");
  }
  let failed = 1;
  try {
    const outcome = await runChecks(checks, world, print);
    failed = outcome.failed;
    print(`${outcome.passed} passed, ${outcome.failed} failed`);
  } finally {
    const keeps = args.keep || failed > 0;
    await world.close(keeps);
    if (keeps) print(`Logs of this run: ${folder}`);
  }
  return failed === 0 ? 0 : 1;
}

function endOnSignal(world: World): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      killRunning();
      void world.close(true).finally(() => process.exit(130));
    });
  }
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
