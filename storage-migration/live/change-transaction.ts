import { advance, type Write } from '../apply/apply-rule.ts';
import type { Head } from '../bucket/head.ts';
import type { TargetScope } from '../copy/reach.ts';
import { headOperation, recordOperations, supersededParts } from '../copy/write-operations.ts';
import type { ItemKey, SetOperation, Transaction } from '../forge/carrier.ts';
import { formatLogEntry, logKey } from '../forge/log-entry.ts';
import { sealedMark, sealedOperations } from './sealed.ts';

/** Operations one transaction of Forge may have. */
const MOST_OPERATIONS = 25;

/** The share of one bucket: its head as read, and what is written under it. */
export interface BucketChange {
  readonly bucket: number;
  readonly head: Head;
  readonly writes: readonly Write[];
}

/**
 * One transaction over some buckets, all or nothing: each bucket's head is compared and set, each has one log entry that
 * names all its records, and every entry carries the mutation. Parts of what is replaced go along while there is room; what
 * has none is taken by a sweep. Under a sealed head a mark of the mutation takes the place of
 * the log entry, and deletes leave nothing behind.
 */
export function changeTransaction(
  scope: TargetScope,
  mutation: string,
  changes: readonly BucketChange[],
): Transaction {
  const set: SetOperation[] = [];
  const gone: ItemKey[] = [];
  for (const { bucket, head, writes } of changes) {
    const next = advance(head, writes);
    const records = writes.map(({ item: { key, version } }) => ({ key, version }));
    if (head.auth === 'S') {
      set.push(headOperation(scope.group, { bucket, head, next }, 'S'));
      set.push(sealedMark(scope.group, bucket, next.seq, mutation));
      for (const write of writes) {
        const operations = sealedOperations(scope, write);
        set.push(...operations.set);
        gone.push(...operations.remove);
      }
      continue;
    }
    set.push(headOperation(scope.group, { bucket, head, next }, 'F'));
    set.push({
      key: logKey(scope.group, bucket, next.seq),
      entity: undefined,
      json: JSON.stringify(formatLogEntry({ records, mutation })),
    });
    for (const write of writes) {
      const operations = recordOperations(scope, write);
      set.push(operations.set);
      gone.push(...operations.remove);
    }
  }
  for (const write of changes.flatMap(({ writes }) => writes)) {
    const parts = supersededParts(scope.group, write);
    if (set.length + gone.length + parts.length <= MOST_OPERATIONS) gone.push(...parts);
  }
  if (set.length + gone.length > MOST_OPERATIONS) {
    throw new RangeError(
      `${set.length + gone.length} operations do not fit one transaction; change at most ${MOST_AT_ONCE} records at once`,
    );
  }
  return { set, delete: gone };
}

/** Records that always fit one change: each may have a bucket of its own (head, log entry) and be a delete (two more). */
export const MOST_AT_ONCE = 6;
