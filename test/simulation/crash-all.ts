import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { MINI_PLANS } from '../../storage-migration/simulation/index.ts';
import type { Crashed } from '../../storage-migration/simulation/crash-everywhere.ts';
import type { CrashShare } from './crash-thread.ts';

export interface CrashOptions {
  /** Deaths at every two points, not only at each. */
  readonly pairs: boolean;
  /** Only transitions whose name contains this. */
  readonly only: string;
  readonly threads: number;
}

/** Goes through every transition and lets somebody die everywhere in it; prints a line for each. True when nothing was found. */
export async function crashAll({ pairs, only, threads }: CrashOptions): Promise<boolean> {
  let [runs, failed] = [0, 0];
  const begun = performance.now();
  for (const { name } of MINI_PLANS.filter((one) => one.name.includes(only))) {
    const shares = Array.from({ length: threads }, (_, share) =>
      inThread({ name, pairs, share, of: threads }),
    );
    const done = await Promise.all(shares);
    const [points] = done.map((part) => part.points);
    const own = done.reduce((sum, part) => sum + part.runs, 0);
    const failures = done.flatMap((part) => part.failures);
    console.log(`${name}: ${points ?? 0} points, ${own} runs, ${failures.length} failed`);
    for (const { at, what } of failures.slice(0, 5)) console.log(`  ${at.join(', ')}: ${what}`);
    runs += own;
    failed += failures.length;
  }
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  const where = pairs ? 'every two points' : 'every point';
  console.log(`${runs} runs, a death at ${where}, in ${seconds} s; failed: ${failed}`);
  return failed === 0;
}

async function inThread(workerData: CrashShare): Promise<Crashed> {
  const thread = new Worker(new URL('crash-thread.ts', import.meta.url), { workerData });
  const [crashed] = (await once(thread, 'message')) as [Crashed];
  await thread.terminate();
  return crashed;
}
