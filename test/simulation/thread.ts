import { parentPort, workerData } from 'node:worker_threads';
import {
  ModelFollower,
  planOf,
  runPlan,
  tracePlanOf,
  WrittenChoices,
  type Errand,
} from '../../storage-migration/simulation/index.ts';
import { localStore } from './local-store.ts';
import { count, newTally, type Tally } from './tally.ts';

/** What one thread runs: every `stride`th schedule from `first` on, `schedules` in all. */
export interface Share {
  readonly first: number;
  readonly stride: number;
  readonly schedules: number;
  /** Every so many schedules one runs on the local site's store; 0: none. */
  readonly localEvery: number;
  /** After every so many schedules one more is followed through the model; 0: none. */
  readonly traceEvery: number;
  /** What somebody is about in every schedule. */
  readonly errand: Errand | undefined;
}

/** Told while the work goes on. */
export interface Report {
  readonly tally: Tally;
  readonly isLast: boolean;
}

const REPORT_EVERY = 25;

const { first, stride, schedules, localEvery, traceEvery, errand } = workerData as Share;
let tally = newTally();
for (let i = 0; i < schedules; i += 1) {
  const seed = first + i * stride;
  const isLocal = localEvery > 0 && i % localEvery === localEvery - 1;
  const store = isLocal ? { makeStore: localStore(seed) } : {};
  const choices = WrittenChoices.seeded(seed);
  const result = await runPlan({ plan: planOf(seed, errand), choices, ...store });
  count(tally, seed, result);
  if (isLocal) add('on the local site', 1);
  if (traceEvery > 0 && i % traceEvery === traceEvery - 1) await follow(seed);
  if (i % REPORT_EVERY === REPORT_EVERY - 1 || i === schedules - 1) {
    const report: Report = { tally, isLast: i === schedules - 1 };
    parentPort?.postMessage(report);
    tally = newTally();
  }
}

/** Trace validation: a smaller schedule, every step of which has to be one of the model's. */
async function follow(seed: number): Promise<void> {
  const plan = tracePlanOf(seed);
  const follower = new ModelFollower(plan);
  await runPlan({
    ...{ plan, choices: WrittenChoices.seeded(seed) },
    onObserved: (observed, world) => follower.observe(observed, world),
  });
  add('followed through the model', 1);
  add('steps found in the model', follower.followed);
  if (follower.stray === undefined) return;
  tally.failures.push({ seed, kind: 'not in the model', what: follower.stray });
}

function add(name: string, value: number): void {
  tally.sums[name] = (tally.sums[name] ?? 0) + value;
}
