/**
 * `npm run simulate -- --schedules N --seed S`: runs N random schedules of the real layer, spread over threads, and says
 * what they did and what went wrong. The first failure is shrunk and written to a file.
 * `npm run simulate -- --replay <file or seed>`: runs one schedule again and prints every step.
 * `--errand resume|erase|terminate`: in every schedule somebody is about that, and not in some only.
 * `--local-every K` runs every Kth schedule on the local site's store instead of the one in memory (default 50);
 * `--trace-every K` follows one more after every Kth through the model (default 10).
 * `npm run simulate -- --crashes single` (or `pairs`): every transition on its own, in which somebody dies at every point, or at
 * every two; `--only <text>` takes some of them.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { readFile, writeFile } from 'node:fs/promises';
import {
  ERRANDS,
  planOf,
  replay,
  runPlan,
  shrink,
  WrittenChoices,
  type RunResult,
  type Schedule,
} from '../../storage-migration/simulation/index.ts';
import { crashAll } from './crash-all.ts';
import { merge, newTally, type Failure, type Tally } from './tally.ts';
import type { Report, Share } from './thread.ts';

const SHRINKING_RUNS = 1_500;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(Math.min(availableParallelism(), 8)) },
    'local-every': { type: 'string', default: '50' },
    'trace-every': { type: 'string', default: '10' },
    crashes: { type: 'string' },
    only: { type: 'string', default: '' },
    replay: { type: 'string' },
    errand: { type: 'string' },
  },
});

const errand = ERRANDS.find((one) => one === values.errand);
if (errand !== values.errand) throw new Error(`--errand is one of ${ERRANDS.join(', ')}`);

if (values.crashes !== undefined) {
  const { only } = values;
  const pairs = values.crashes === 'pairs';
  if (!(await crashAll({ pairs, only, threads: Number(values.threads) }))) process.exitCode = 1;
} else if (values.replay === undefined) await simulate();
else await repeat(values.replay);

async function simulate(): Promise<void> {
  const threads = Number(values.threads);
  const schedules = Number(values.schedules);
  const firstSeed = Number(values.seed);
  const begun = performance.now();
  const tally = newTally();
  await Promise.all(
    Array.from({ length: threads }, (_, i) =>
      runThread(
        {
          ...{ first: firstSeed + i, stride: threads, localEvery: Number(values['local-every']) },
          traceEvery: Number(values['trace-every']),
          schedules: Math.floor((schedules + threads - 1 - i) / threads),
          errand,
        },
        tally,
        schedules,
      ),
    ),
  );
  const seconds = (performance.now() - begun) / 1_000;
  const { sums, failures } = tally;
  if (process.stdout.isTTY) process.stdout.write('\n');
  console.log(
    `${tally.schedules} schedules from seed ${firstSeed}${errand === undefined ? '' : ` about ${errand}`} in ${seconds.toFixed(1)} s: ${(tally.schedules / seconds).toFixed(1)} a second on ${threads} threads`,
  );
  for (const [name, sum] of Object.entries(sums))
    console.log(`  ${name}: ${sum.toLocaleString('en')}`);
  console.log(`failed: ${failures.length}`);
  for (const kind of new Set(failures.map((failure) => failure.kind))) {
    const seeds = failures.filter((failure) => failure.kind === kind).map(({ seed }) => seed);
    console.log(`  ${kind}: ${seeds.length}, seeds ${seeds.slice(0, 5).join(' ')}`);
  }
  const first = failures.sort((a, b) => a.seed - b.seed)[0];
  if (first !== undefined) {
    process.exitCode = 1;
    await explain(first);
  }
}

/** Ends when its schedules have run. */
function runThread(share: Share, tally: Tally, all: number): Promise<void> {
  if (share.schedules <= 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('thread.ts', import.meta.url), { workerData: share });
    thread.on('message', ({ tally: part, isLast }: Report) => {
      merge(tally, part);
      const { isTTY } = process.stdout;
      const progress = `${tally.schedules} of ${all}, ${tally.failures.length} failed`;
      if (isTTY) process.stdout.write(`\r${progress} `);
      if (isLast) void thread.terminate().then(() => resolve(), reject);
    });
    thread.on('error', reject);
  });
}

/** Shrinks a failure, writes it down and prints how it goes. */
async function explain({ seed, kind, what }: Failure): Promise<void> {
  console.log(`seed ${seed}: ${what}`);
  if (kind === 'not in the model') return;
  const choices = WrittenChoices.seeded(seed);
  const plan = planOf(seed, errand);
  const again = await runPlan({ plan, choices });
  if (again.violation?.kind !== kind) {
    console.log('It fails on the local site only: replay it by its seed with --local-every 1.');
    return;
  }
  const small = await shrink({ plan, choices: choices.taken }, kind, SHRINKING_RUNS);
  const file = `simulation-failure-${seed}.json`;
  await writeFile(file, `${JSON.stringify(small)}\n`);
  const result = await replay(small, { verbose: true });
  console.log(`shrunk from ${choices.taken.length} decisions to ${small.choices.length}: ${file}`);
  print(small, result);
}

async function repeat(which: string): Promise<void> {
  const seed = Number(which);
  const schedule: Schedule = Number.isInteger(seed)
    ? await scheduleOf(seed)
    : (JSON.parse(await readFile(which, 'utf8')) as Schedule);
  const store =
    values['local-every'] === '1'
      ? { makeStore: (await import('./local-store.ts')).localStore(schedule.plan.seed) }
      : {};
  const result = await replay(schedule, { verbose: true, ...store });
  print(schedule, result);
  if (result.violation !== undefined) process.exitCode = 1;
}

async function scheduleOf(seed: number): Promise<Schedule> {
  const choices = WrittenChoices.seeded(seed);
  const plan = planOf(seed, errand);
  await runPlan({ plan, choices });
  return { plan, choices: choices.taken };
}

function print({ plan }: Schedule, { log, violation, points }: RunResult): void {
  console.log(JSON.stringify(plan));
  console.log(log.join('\n'));
  console.log(violation === undefined ? `no violation in ${points} points` : violation.message);
}
