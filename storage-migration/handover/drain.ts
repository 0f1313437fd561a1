import { inLanes, LANES } from '../copy/in-lanes.ts';
import { pushBucket } from '../copy/push.ts';
import type { HandoverContext } from './handover-context.ts';

/** Dirty records read at once. */
const LIMIT = 200;

export interface Drained {
  readonly isEmpty: boolean;
  readonly sent: number;
}

/**
 * Step `drain`: sends what is dirty until nothing is, or until `shouldStop`. Only what is read **after** the gate has closed
 * proves anything: before, a write under way could still add to it.
 */
export async function drain(context: HandoverContext, shouldStop: () => boolean): Promise<Drained> {
  const { send, postgres, group, ledger } = context;
  let sent = 0;
  while (!shouldStop()) {
    const dirty = await postgres.dirty(LIMIT);
    if (dirty.size === 0) return { isEmpty: await postgres.isClean(), sent };
    // Side by side: nobody can write meanwhile, and each bucket is three calls one after the other.
    await inLanes([...dirty], LANES, async ([bucket, slice]) => {
      if (shouldStop()) return;
      const options = { context: send, group, ledger, priority: 'live' as const };
      const { acknowledged } = await pushBucket(options, bucket, slice);
      sent += acknowledged;
    });
  }
  return { isEmpty: await postgres.isClean(), sent };
}
