import { advance, type Write } from '../apply/apply-rule.ts';
import type { Head } from '../bucket/head.ts';
import type { Cursor } from '../bucket/position.ts';
import type { ItemKey, Reply, SetOperation, Transaction } from '../forge/carrier.ts';
import { itemKeyJson, setOperationJson, transactionBody } from '../forge/wire.ts';
import type { Priority } from './governor.ts';
import { unitsOf, type Parcel } from './packer.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';
import type { TargetScope } from './reach.ts';
import { storePartsOnce } from './store-parts.ts';
import { headOperation, recordOperations, supersededParts } from './write-operations.ts';

/** One bucket's share of a transaction: what is written, over which head, and where the cursor stands afterwards. */
export interface Part {
  readonly bucket: number;
  readonly head: Head;
  readonly writes: readonly Write[];
  readonly cursor: Cursor;
}

/** What a commit came to. `committed` carries the new heads, in order; anything else is to be read again, never assumed. */
export type Outcome =
  | { readonly kind: 'committed'; readonly heads: readonly Head[] }
  | Exclude<Reply<never>, { kind: 'ok' }>;

/**
 * Step `push`: one transaction that writes the records and compares and sets the head of every bucket they are in. It
 * succeeds only if nobody wrote those buckets since their heads were read and their registers are still Postgres' at the same
 * epoch. Parts are stored before it; the parts of what is replaced go with it.
 */
export async function commit(
  context: SendContext,
  parts: readonly Part[],
  priority: Priority,
): Promise<Outcome> {
  for (const { head, writes } of parts) {
    const items = writes.map(({ item }) => item);
    const refusal = await storePartsOnce(context, items, head.epoch, priority);
    if (refusal !== undefined) return refusal;
  }
  const nexts = parts.map(({ head, writes, cursor }): Head => ({
    ...advance(head, writes),
    bf: cursor,
  }));
  const transaction = transactionOf(context.scope, parts, nexts);
  const bytes = Buffer.byteLength(transactionBody(transaction));
  const units = unitsOf(bytes, UNIT_BYTES);
  await context.units.take({ kind: 'write', units, priority });
  const reply = await context.carrier.transact(transaction);
  const { account } = context;
  account.transactions += 1;
  account.units += units;
  if (reply.kind === 'ok') {
    for (const [index, { bucket, writes }] of parts.entries()) {
      for (const write of writes) account.recordBytes += parcelOf(context.scope, write).bytes;
      const next = nexts[index];
      if (next !== undefined) context.heads.wrote(bucket, next, writes);
    }
    return { kind: 'committed', heads: nexts };
  }
  for (const { bucket } of parts) context.heads.forget(bucket);
  if (reply.kind === 'conflict') account.conflicts += 1;
  if (reply.kind === 'throttled') {
    account.throttles += 1;
    await context.units.throttled();
  }
  return reply;
}

function transactionOf(
  scope: TargetScope,
  parts: readonly Part[],
  nexts: readonly Head[],
): Transaction {
  const set: SetOperation[] = [];
  const remove: ItemKey[] = [];
  for (const [index, { bucket, head, writes }] of parts.entries()) {
    set.push(headOperation(scope.group, { bucket, head, next: nexts[index] ?? head }, 'P'));
    for (const write of writes) {
      const operations = recordOperations(scope, write);
      set.push(operations.set);
      remove.push(...operations.remove, ...supersededParts(scope.group, write));
    }
  }
  return { set, delete: remove };
}

/** What a record adds to a transaction, with what it takes away. */
export function parcelOf(scope: TargetScope, write: Write): Parcel {
  const { set, remove } = recordOperations(scope, write);
  const gone = [...remove, ...supersededParts(scope.group, write)];
  const removed = gone.reduce((bytes, item) => bytes + itemKeyJson(item).length + 1, 0);
  return {
    operations: 1 + gone.length,
    bytes: Buffer.byteLength(setOperationJson(set)) + 1 + removed,
  };
}

/** Bytes of a transaction on this bucket without any record. The counters may grow by a few digits: 24 bytes of slack. */
export function overheadOf(scope: TargetScope, bucket: number, head: Head, cursor: Cursor): number {
  const next = { ...head, bf: cursor };
  const operation = headOperation(scope.group, { bucket, head, next }, 'P');
  return Buffer.byteLength(transactionBody({ set: [operation], delete: [] })) + 24;
}
