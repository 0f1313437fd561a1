import { advance } from '../apply/apply-rule.ts';
import type { ItemKey, SetOperation, Transaction } from '../forge/carrier.ts';
import { formatLogEntry, logKey } from '../forge/log-entry.ts';
import type { HeadStep } from './write-operations.ts';
import { headOperation } from './write-operations.ts';

/**
 * A transaction that changes no record, under a bucket's head, so that it never meets a hand-over or a writer. Every
 * transaction on a head of Forge has its log entry: here an empty one.
 */
export function upkeepTransaction(
  group: string,
  { bucket, head }: Omit<HeadStep, 'next'>,
  work: { readonly set?: readonly SetOperation[]; readonly remove?: readonly ItemKey[] },
): Transaction {
  const next = advance(head, []);
  const set = [headOperation(group, { bucket, head, next }, head.auth), ...(work.set ?? [])];
  if (head.auth === 'F') {
    const json = JSON.stringify(formatLogEntry({ records: [] }));
    set.push({ key: logKey(group, bucket, next.seq), entity: undefined, json });
  }
  return { set, delete: work.remove ?? [] };
}
