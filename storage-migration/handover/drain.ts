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
    for (const [bucket, slice] of dirty) {
      const options = { context: send, group, ledger, priority: 'live' as const };
      sent += (await pushBucket(options, bucket, slice)).acknowledged;
      if (shouldStop()) break;
    }
  }
  return { isEmpty: await postgres.isClean(), sent };
}
