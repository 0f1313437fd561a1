/**
 * `npm run bench:anchors`: the same seeded schedules of writes and faults with four published ways to move data and with the
 * layer's real code; the share of schedules after which the two stores differ. `BENCH_SCHEDULES` (1,000) and `BENCH_SEED` (1).
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { FLOWS } from './anchors-schedule.ts';
import { addTally, newTally, tallyName, type Share, type Tally } from './anchors-tally.ts';
import { printReport, type Figure } from './bench-report.ts';

const SCHEDULES = Number(process.env['BENCH_SCHEDULES'] ?? 1_000);
const SEED = Number(process.env['BENCH_SEED'] ?? 1);
const THREADS = Math.min(availableParallelism(), 4);

const all: Record<string, Tally> = {};
await Promise.all(
  Array.from({ length: THREADS }, (_, i) =>
    runThread({ first: SEED + i, stride: THREADS, last: SEED + SCHEDULES - 1 }),
  ),
);

console.log(`${SCHEDULES.toLocaleString('en')} schedules from seed ${SEED}, each with every flow`);
console.log('records that differ at the end, over all schedules:');
for (const [name, { lost, stale, resurrected }] of Object.entries(all)) {
  console.log(`  ${name.padEnd(38)} lost ${lost}, stale ${stale}, resurrected ${resurrected}`);
}
const figures: Figure[] = (['slow', 'lossy'] as const).flatMap((roughness) =>
  FLOWS.map((flow) => {
    const { diverged, schedules } = all[tallyName(flow, roughness)] ?? newTally();
    const where = roughness === 'slow' ? 'slow calls only' : 'losses, duplicates, deaths';
    const figure = { what: `diverged, ${where}: ${flow}`, unit: '%' };
    const value = (100 * diverged) / schedules;
    return flow === 'crossgrade' ? { ...figure, value, most: 0 } : { ...figure, value };
  }),
);
const wrong = Object.values(all).flatMap(({ violations }) => violations);
printReport({ bench: 'anchors', figures, wrong, details: all });

function runThread(share: Share): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('anchors-thread.ts', import.meta.url), { workerData: share });
    thread.on('message', (tallies: Readonly<Record<string, Tally>>) => {
      for (const [name, tally] of Object.entries(tallies)) {
        addTally((all[name] ??= newTally()), tally);
      }
    });
    thread.on('error', reject);
    thread.on('exit', () => resolve());
  });
}
