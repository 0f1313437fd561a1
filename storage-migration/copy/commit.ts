import { advance, type Write } from '../apply/apply-rule.ts';
import { formatHead, HEAD_ENTITY, headKey, type Head } from '../bucket/head.ts';
import type { Cursor } from '../bucket/position.ts';
import type { ItemKey, Reply, SetOperation, Transaction } from '../forge/carrier.ts';
import { itemKeyJson, setOperationJson, transactionBody } from '../forge/wire.ts';
import { tombstoneKey } from '../record/hash.ts';
import type { Outgoing } from '../record/outgoing.ts';
import type { Priority } from './governor.ts';
import { unitsOf, type Parcel } from './packer.ts';
import { UNIT_BYTES, type SendContext, type TargetScope } from './send-context.ts';

/** What a commit came to. `committed` carries the new head; anything else is to be read again, never assumed. */
export type Outcome =
  { readonly kind: 'committed'; readonly head: Head } | Exclude<Reply<never>, { kind: 'ok' }>;

/**
 * Step `push`: one transaction that writes the records and compares and sets the head. It succeeds only if nobody wrote the
 * bucket since `head` was read and the register is still Postgres' at the same epoch.
 */
export async function commit(
  context: SendContext,
  bucket: number,
  head: Head,
  writes: readonly Write[],
  cursor: Cursor,
  priority: Priority,
): Promise<Outcome> {
  const next: Head = { ...advance(head, writes), bf: cursor };
  const transaction = transactionOf(context.scope, bucket, head, next, writes);
  const bytes = Buffer.byteLength(transactionBody(transaction));
  const units = unitsOf(bytes, UNIT_BYTES);
  await context.units.take({ kind: 'write', units, priority });
  const reply = await context.carrier.transact(transaction);
  const { account } = context;
  account.transactions += 1;
  account.units += units;
  if (reply.kind === 'ok') {
    for (const { item, replaces } of writes)
      account.recordBytes += parcelOf(
        context.scope,
        item,
        replaces.hash !== undefined && replaces.deleted,
      ).bytes;
    context.heads.wrote(bucket, next, writes);
    return { kind: 'committed', head: next };
  }
  context.heads.forget(bucket);
  if (reply.kind === 'conflict') account.conflicts += 1;
  if (reply.kind === 'throttled') {
    account.throttles += 1;
    await context.units.throttled();
  }
  return reply;
}

function transactionOf(
  scope: TargetScope,
  bucket: number,
  head: Head,
  next: Head,
  writes: readonly Write[],
): Transaction {
  const set: SetOperation[] = [headOperation(scope, bucket, head, next)];
  const remove: ItemKey[] = [];
  for (const { item, replaces } of writes) {
    const tombstone = {
      key: tombstoneKey(scope.tenantKey, scope.group, item.key),
      entity: undefined,
    };
    const record = { key: item.forgeKey, entity: item.entity };
    if (item.json === null) {
      set.push({ ...tombstone, json: JSON.stringify(item.version) });
      if (!replaces.deleted) remove.push(record);
    } else {
      set.push({ ...record, json: item.json });
      if (replaces.deleted && replaces.hash !== undefined) remove.push(tombstone);
    }
  }
  return { set, delete: remove };
}

function headOperation(scope: TargetScope, bucket: number, head: Head, next: Head): SetOperation {
  return {
    key: headKey(scope.group, bucket),
    entity: HEAD_ENTITY,
    json: JSON.stringify(formatHead(next)),
    conditions: [
      { attribute: 'seq', value: head.seq },
      { attribute: 'epoch', value: head.epoch },
      { attribute: 'auth', value: 'P' },
    ],
  };
}

/** What a record adds to a transaction. A delete of a stored record, or a write over a tombstone, is two operations. */
export function parcelOf(scope: TargetScope, item: Outgoing, isTwo: boolean): Parcel {
  const tombstone = {
    key: tombstoneKey(scope.tenantKey, scope.group, item.key),
    entity: undefined,
  };
  const record = { key: item.forgeKey, entity: item.entity };
  const set =
    item.json === null
      ? { ...tombstone, json: JSON.stringify(item.version) }
      : { ...record, json: item.json };
  const removed = item.json === null ? record : tombstone;
  const bytes =
    Buffer.byteLength(setOperationJson(set)) + 1 + (isTwo ? itemKeyJson(removed).length + 1 : 0);
  return { operations: isTwo ? 2 : 1, bytes };
}

/** Bytes of a transaction on this bucket without any record. The counters may grow by a few digits: 24 bytes of slack. */
export function overheadOf(scope: TargetScope, bucket: number, head: Head, cursor: Cursor): number {
  const operation = headOperation(scope, bucket, head, { ...head, bf: cursor });
  return Buffer.byteLength(transactionBody({ set: [operation], delete: [] })) + 24;
}
