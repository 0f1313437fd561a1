import { z } from 'zod';
import type { Write } from '../apply/apply-rule.ts';
import type { Head } from '../bucket/head.ts';
import { insist, unreachable } from '../copy/insist.ts';
import type { SendContext } from '../copy/send-context.ts';
import type { TargetScope } from '../copy/reach.ts';
import { recordOperations } from '../copy/write-operations.ts';
import type { ItemKey, SetOperation } from '../forge/carrier.ts';

/**
 * Marks of one bucket. A writer whose answer was lost finds its own among the last changes; with more changes than this in
 * between nobody can tell any more. (16: a bucket is written by few users at once.)
 */
const MARKS = 16;

const stored = z.object({ s: z.int(), m: z.string() });

/** `mig:<group>:<bucket>:<place>`. Says nothing about records, so it may stay for ever. */
function markKey(group: string, bucket: number, seq: number): string {
  return `mig:${group}:${bucket}:${seq % MARKS}`;
}

/** What a change under a sealed head leaves instead of a log entry: its mutation, until the places have gone round. */
export function sealedMark(
  group: string,
  bucket: number,
  seq: number,
  mutation: string,
): SetOperation {
  const mark: z.infer<typeof stored> = { s: seq, m: mutation };
  return { key: markKey(group, bucket, seq), entity: undefined, json: JSON.stringify(mark) };
}

/** As `recordOperations`, for a sealed head: a delete takes away what lies there and leaves no tombstone. */
export function sealedOperations(
  scope: TargetScope,
  write: Write,
): { readonly set: readonly SetOperation[]; readonly remove: readonly ItemKey[] } {
  const { set, remove } = recordOperations(scope, write);
  if (write.item.json !== null) return { set: [set], remove };
  const { replaces } = write;
  if (replaces.hash === undefined) return { set: [], remove: [] };
  // What is replaced is a tombstone of before the seal, which nobody has swept yet: it lies where a new one would.
  return { set: [], remove: replaces.deleted ? [{ key: set.key, entity: set.entity }] : remove };
}

/**
 * Whether the change that made the sealed bucket's `seq` is this one; `head` is a later look at the bucket. Throws
 * `target.unreachable` when so much was written since that the mark may be gone: made twice would be worse than not known.
 */
export async function isMarked(
  context: SendContext,
  bucket: number,
  mutation: string,
  seq: number,
  head: Head,
): Promise<boolean> {
  if (head.seq - seq >= MARKS) throw unreachable(new Error('the mark of this change may be gone'));
  const item = { key: markKey(context.scope.group, bucket, seq), entity: undefined };
  const found = await insist(context, 'read', 'live', 1, (carrier) => carrier.get(item));
  const mark = stored.safeParse(found?.value);
  if (mark.success && mark.data.s > seq) {
    throw unreachable(new Error('the mark of this change is gone'));
  }
  return mark.success && mark.data.s === seq && mark.data.m === mutation;
}
