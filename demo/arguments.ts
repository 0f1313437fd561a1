import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the demo was asked for. */
export interface DemoArguments {
  readonly headless: boolean;
  readonly json: boolean;
  /** Issues with a list each. */
  readonly records: number;
  readonly poison: boolean;
  /** How often the copying process is killed with SIGKILL while it copies. */
  readonly kills: number;
  /** Whether `installed` is posted at the upgrade, which Atlassian does not document. */
  readonly postInstalled: boolean;
  /** Folder in which the run is kept until it has ended; undefined: it ends with this process. */
  readonly data: string | undefined;
  /** Kills processes all through the copy and the hand-overs. */
  readonly chaos: boolean;
  /** Where the run ends. */
  readonly until: 'verify' | 'final';
  readonly seed: number;
}

export const USAGE = `npm run demo                     24 Connect sites to click through, one upgrade button each
npm run demo -- --headless       one site upgraded under four writers, copied, verified, cut over, rolled back,
                                 cut over again, settled, finalized; compared at each stop
  --records N                    issues with a list each (default 2000)
  --json                         last line is one JSON object
  --poison                       one list that Forge can't hold: ends with exit code 1 and names it
  --kills N                      kill the copying process N times (default 0)
  --chaos                        kill the server, the worker, xg, Postgres and the local site all through the run
  --until verify                 end after the verification
  --no-installed                 the platform does not post "installed" at the upgrade
  --seed N                       seed of the writers (default 1)

  --data DIR                     keep the run there: when the demo itself was killed, the same command goes on with it`;

/** Reads the command line. Throws a sentence for anything it does not know. */
export function readArguments(argv: readonly string[]): DemoArguments | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      headless: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      records: { type: 'string', default: '2000' },
      poison: { type: 'boolean', default: false },
      kills: { type: 'string', default: '0' },
      'no-installed': { type: 'boolean', default: false },
      chaos: { type: 'boolean', default: false },
      until: { type: 'string', default: 'final' },
      seed: { type: 'string', default: '1' },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { until } = values;
  if (until !== 'verify' && until !== 'final') {
    throw new Error(`--until takes "verify" or "final", not "${until}".`);
  }
  return {
    headless: values.headless,
    json: values.json,
    records: wholeNumber('--records', values.records, 1, 1_000_000),
    poison: values.poison,
    kills: wholeNumber('--kills', values.kills, 0, 100),
    postInstalled: !values['no-installed'],
    chaos: values.chaos,
    data: values.data === undefined ? undefined : resolve(values.data),
    until,
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 31),
  };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${name} takes a whole number from ${least} to ${most}, not "${text}".`);
  }
  return value;
}
