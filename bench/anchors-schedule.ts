import { runPlan, WrittenChoices } from '../storage-migration/simulation/index.ts';
import { dualWriteFlow } from './anchors-dual-write.ts';
import { guideFlow } from './anchors-guide.ts';
import { outboxFlow } from './anchors-outbox.ts';
import { runPeer, type Divergence, type Flow, type FlowParts } from './anchors-peer.ts';
import { anchorPlan, type Roughness } from './anchors-plan.ts';

/** The flows under comparison, by the names they are printed under. */
export const FLOWS = [
  "Atlassian's guide",
  'dual write by flag',
  'dual write by flag, 5 retries',
  'FIFO outbox, insert-ignore',
  'crossgrade',
] as const;
export type FlowName = (typeof FLOWS)[number];

const PEERS: Readonly<Record<Exclude<FlowName, 'crossgrade'>, (parts: FlowParts) => Flow>> = {
  "Atlassian's guide": guideFlow,
  'dual write by flag': dualWriteFlow(0),
  'dual write by flag, 5 retries': dualWriteFlow(5),
  'FIFO outbox, insert-ignore': outboxFlow,
};

/** What one schedule came to with one flow. */
export interface Ran extends Divergence {
  /** What the simulation's checks found; only ours has them. */
  readonly violation?: string;
}

/**
 * Runs one schedule with one flow. Ours is the layer's real code with all checks of the simulation: its history, its heads,
 * a further cut-over and a rollback at the end.
 */
export async function runSchedule(
  flow: FlowName,
  seed: number,
  roughness: Roughness,
): Promise<Ran> {
  const plan = anchorPlan(seed, roughness);
  const choices = WrittenChoices.seeded(seed);
  if (flow !== 'crossgrade') return runPeer(plan, choices, PEERS[flow]);
  const { violation, counts } = await runPlan({ plan, choices });
  // A run without a cut-over would prove nothing.
  if (violation === undefined && counts.cutovers === 0) {
    throw new Error(`seed ${seed}: nothing was cut over`);
  }
  const none = { lost: 0, stale: 0, resurrected: 0 };
  return violation === undefined ? none : { ...none, violation: violation.message };
}
