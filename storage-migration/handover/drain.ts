import { pushBuckets } from '../copy/push-buckets.ts';
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
  await leaveToWorker(context, shouldStop);
  while (!shouldStop()) {
    const dirty = await postgres.dirty(LIMIT);
    if (dirty.size === 0) break;
    const options = { context: send, group, ledger, priority: 'live' as const };
    const { acknowledged } = await pushBuckets(options, dirty, { shouldStop });
    sent += acknowledged;
  }
  return { isEmpty: (await postgres.dirtyCount()) === 0, sent };
}

/** How long the worker is left alone while it gets on, and between two looks. */
const PATIENCE_MS = 1_000;
const LOOK_MS = 30;
/** Without any progress for so long nobody is at work. */
const STUCK_MS = 400;

/**
 * The worker that has sent until now remembers what lies in Forge, and needs one unit a record; whoever begins anew reads
 * first, two or three units a record. So it is given a moment while the dirty records get fewer.
 */
async function leaveToWorker(
  { send, postgres }: HandoverContext,
  shouldStop: () => boolean,
): Promise<void> {
  const begun = send.timing.now();
  let fewest = Infinity;
  let progress = begun;
  for (;;) {
    const many = await postgres.dirtyCount();
    const now = send.timing.now();
    if (many < fewest) {
      fewest = many;
      progress = now;
    }
    const isOver = now - begun > PATIENCE_MS || now - progress > STUCK_MS;
    if (many === 0 || isOver || shouldStop()) return;
    await send.timing.sleep(LOOK_MS);
  }
}
