/** A thread of `bench:anchors`: runs every `stride`th schedule from `first` on with every flow, and tells what they came to. */
import { parentPort, workerData } from 'node:worker_threads';
import { FLOWS, runSchedule } from './anchors-schedule.ts';
import { newTally, tallyName, type Share, type Tally } from './anchors-tally.ts';

const { first, stride, last } = workerData as Share;
const tallies: Record<string, Tally> = {};
for (const roughness of ['slow', 'lossy'] as const) {
  for (const flow of FLOWS) {
    const tally = (tallies[tallyName(flow, roughness)] = newTally());
    for (let seed = first; seed <= last; seed += stride) {
      const { lost, stale, resurrected, violation } = await runSchedule(flow, seed, roughness);
      tally.schedules += 1;
      tally.lost += lost;
      tally.stale += stale;
      tally.resurrected += resurrected;
      if (lost + stale + resurrected === 0 && violation === undefined) continue;
      tally.diverged += 1;
      if (violation !== undefined)
        tally.violations.push(`seed ${seed}, ${roughness}: ${violation}`);
    }
  }
}
parentPort?.postMessage(tallies);
