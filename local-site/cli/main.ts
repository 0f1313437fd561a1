import { once } from 'node:events';
import { ownVersion } from './own-version.ts';
import { readArguments, USAGE } from './read-arguments.ts';
import { readyObject, readyText, unmodelledText } from './report.ts';
import { run } from './run.ts';

/**
 * `crossgrade-local-site`: runs until the process is told to end.
 *
 * @throws with a `code` when it could not start; nothing is left running then.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const args = readArguments(argv);
  if (args === 'help' || args === 'version') {
    print(args === 'help' ? USAGE : ownVersion());
    return;
  }
  const told = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const local = await run(args, (line) => process.stderr.write(`${line}\n`));
  print(args.json ? JSON.stringify(readyObject(local)) : readyText(local));
  await told;
  const unmodelled = local.unmodelled().map(({ room, what, count }) => ({ room, what, count }));
  await local.close();
  print(args.json ? JSON.stringify({ ready: false, unmodelled }) : unmodelledText(unmodelled));
}

function print(text: string): void {
  if (text !== '') process.stdout.write(`${text}\n`);
}
