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
  const { send, reader, group, ledger } = context;
  let sent = 0;
  while (!shouldStop()) {
    const dirty = await reader.dirty(LIMIT);
    if (dirty.size === 0) return { isEmpty: await isClean(context), sent };
    for (const [bucket, slice] of dirty) {
      const options = { context: send, group, ledger, priority: 'live' as const };
      sent += (await pushBucket(options, bucket, slice)).acknowledged;
      if (shouldStop()) break;
    }
  }
  return { isEmpty: await isClean(context), sent };
}

/** No dirty mark at all: also none that was set aside or lies beyond a cursor. */
async function isClean({ pool, scope }: HandoverContext): Promise<boolean> {
  const found = await pool.query<{ clean: boolean }>(
    'select not exists (select 1 from mig_dirty where tenant = $1 and grp = $2) as clean',
    [scope.tenant, scope.group],
  );
  return found.rows[0]?.clean === true;
}
