import type { Head } from '../bucket/head.ts';
import { unreachable } from '../copy/insist.ts';
import { type SendContext } from '../copy/send-context.ts';
import { backOff } from '../copy/reach.ts';
import { transactOnce } from '../copy/transact-once.ts';
import { headOperation, type HeadStep } from '../copy/write-operations.ts';
import { inLanes, LANES } from '../copy/in-lanes.ts';
import type { Move } from './moves.ts';

/** Heads of one transaction: 25 operations are allowed. */
const MOST = 24;
const ATTEMPTS = 40;
/**
 * Into how many a transaction that failed is divided. While users write fifty times a second, hardly three heads stand still for
 * as long as a read and a write of Forge take, so that halves would come to it in too many steps.
 */
const PARTS = 4;

/**
 * Moves every head that `move` has a next register for, and returns all heads as they stand then. A move is a
 * compare-and-set on the head it was prepared for; where it fails, or nothing is known of it, the heads concerned are read
 * again and `move` decides anew. Heads that somebody else keeps writing end up alone in their transactions.
 */
export async function moveHeads(
  context: SendContext,
  heads: ReadonlyMap<number, Head>,
  move: Move,
): Promise<Map<number, Head>> {
  const now = new Map(heads);
  const movable = [...now]
    .filter(([bucket, head]) => move(head, bucket) !== undefined)
    .map(([bucket]) => bucket);
  const groups: number[][] = [];
  for (let at = 0; at < movable.length; at += MOST) groups.push(movable.slice(at, at + MOST));
  await inLanes(groups, LANES, (group) => moveGroup(context, now, group, move, 0));
  return now;
}

async function moveGroup(
  context: SendContext,
  now: Map<number, Head>,
  buckets: readonly number[],
  move: Move,
  failures: number,
): Promise<void> {
  const wanted = buckets.flatMap((bucket) => {
    const head = now.get(bucket);
    const next = head === undefined ? undefined : move(head, bucket);
    return head === undefined || next === undefined ? [] : [{ bucket, head, next }];
  });
  if (wanted.length === 0) return;
  if (await committed(context, wanted)) {
    for (const { bucket, next } of wanted) now.set(bucket, next);
    return;
  }
  if (failures >= ATTEMPTS) throw unreachable(new Error('heads could not be moved'));
  if (failures > 4) await backOff(context, Math.min(failures - 4, 5));
  const size = Math.ceil(wanted.length / PARTS);
  const parts = Array.from({ length: PARTS }, (_, i) => wanted.slice(i * size, (i + 1) * size));
  await inLanes(parts, PARTS, async (part) => {
    const again = part.map(({ bucket }) => bucket);
    await inLanes(again, LANES, async (bucket) => {
      now.set(bucket, await context.heads.readStrictly(context, bucket));
    });
    await moveGroup(context, now, again, move, failures + 1);
  });
}

/** False: nothing is known, read again. */
async function committed(context: SendContext, wanted: readonly HeadStep[]): Promise<boolean> {
  const set = wanted.map((one) => headOperation(context.scope.group, one, one.head.auth));
  const isDone = await transactOnce(context, { set, delete: [] }, 'live');
  for (const { bucket } of wanted) context.heads.forget(bucket);
  return isDone;
}
