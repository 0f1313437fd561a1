import { advance, type Write } from '../apply/apply-rule.ts';
import { formatHead, HEAD_ENTITY, headKey, type Head } from '../bucket/head.ts';
import { isTwo } from '../copy/commit.ts';
import { placesOf } from '../copy/read-value.ts';
import type { TargetScope } from '../copy/send-context.ts';
import type { ItemKey, SetOperation, Transaction } from '../forge/carrier.ts';
import { formatLogEntry, logKey } from '../forge/log-entry.ts';
import type { GroupDefinition } from '../record/define-record.ts';

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
 * names all its records, and every entry carries the mutation.
 */
export function changeTransaction(
  scope: TargetScope,
  group: GroupDefinition,
  mutation: string,
  changes: readonly BucketChange[],
): Transaction {
  const set: SetOperation[] = [];
  const gone: ItemKey[] = [];
  for (const { bucket, head, writes } of changes) {
    const next = advance(head, writes);
    const records = writes.map(({ item: { key, version } }) => ({ key, version }));
    set.push({
      ...{ key: headKey(scope.group, bucket), entity: HEAD_ENTITY },
      json: JSON.stringify(formatHead(next)),
      conditions: [
        { attribute: 'seq', value: head.seq },
        { attribute: 'epoch', value: head.epoch },
        { attribute: 'auth', value: 'F' },
      ],
    });
    set.push({
      key: logKey(scope.group, bucket, next.seq),
      entity: undefined,
      json: JSON.stringify(formatLogEntry({ records, mutation })),
    });
    for (const write of writes) {
      const { item } = write;
      const { record, tombstone } = placesOf(scope, group, item.key);
      if (item.json === null) {
        set.push({ ...tombstone, json: JSON.stringify(item.version) });
        if (isTwo(write)) gone.push(record);
      } else {
        set.push({ ...record, json: item.json });
        if (isTwo(write)) gone.push(tombstone);
      }
    }
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
