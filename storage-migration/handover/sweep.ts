import { xorDigest } from '../bucket/digest.ts';
import type { Head } from '../bucket/head.ts';
import { symbolOf, type Symbol64 } from '../bucket/sketch.ts';
import { inLanes, LANES } from '../copy/in-lanes.ts';
import { insist, unreachable } from '../copy/insist.ts';
import { unitsOf } from '../copy/packer.ts';
import { placesOf, valueOfTombstone } from '../copy/read-value.ts';
import { UNIT_BYTES } from '../copy/send-context.ts';
import { backOff } from '../copy/reach.ts';
import { transactOnce } from '../copy/transact-once.ts';
import { headOperation } from '../copy/write-operations.ts';
import type { ItemKey, Transaction } from '../forge/carrier.ts';
import { logKey } from '../forge/log-entry.ts';
import { transactionBody } from '../forge/wire.ts';
import { LayerError } from '../errors.ts';
import type { OperationsContext } from './operations-side.ts';

/** Items of one batch read, and deletes of one transaction. */
const BATCH = 25;
/** Tombstones of one transaction: the head is in it too. */
const TOMBSTONES = 24;
const ATTEMPTS = 12;
/** The newest positions of a log, which a batch that is behind might not show: deleted unseen. */
const TAIL = 50;

export interface Swept {
  readonly tombstones: number;
}

/**
 * Removes what a sealed tenant's hand-over has left: log entries and tombstones, bucket by bucket. Every step may be
 * repeated; each finished bucket is noted, so that a killed sweep goes on behind it. Throws `head.sealed` for a head that is
 * not sealed: nothing of it may go.
 */
export async function sweepSealed(context: OperationsContext): Promise<Swept> {
  let tombstones = 0;
  await inLanes(await context.operations.unswept(), LANES, async (bucket) => {
    const head = await context.send.heads.readStrictly(context.send, bucket);
    if (head.auth !== 'S') {
      throw new LayerError('head.sealed', `bucket ${bucket} is not sealed: its log stays`);
    }
    await sweepLog(context, bucket, head);
    // Apart from the sum: other buckets add to it while this one waits.
    const gone = await sweepTombstones(context, bucket);
    tombstones += gone;
    await context.operations.noteSwept(bucket);
  });
  return { tombstones };
}

/** Step `sweepLog`. Entries lie at predictable places up to where the log ended; nothing is written there any more. */
async function sweepLog(
  { send, scope }: OperationsContext,
  bucket: number,
  head: Head,
): Promise<void> {
  for (let from = 1; from <= head.f0; from += BATCH) {
    const many = Math.min(BATCH, head.f0 - from + 1);
    const items = Array.from({ length: many }, (_, i) => ({
      key: logKey(scope.group, bucket, from + i),
      entity: undefined,
    }));
    const batch = await insist(send, 'read', 'repair', 1, (carrier) => carrier.getMany(items));
    // Deleting nothing is no mistake; leaving something would be one.
    const isNew = from + many > head.f0 - TAIL;
    const there = isNew
      ? items
      : [...batch.found, ...batch.failed].map(({ key, entity }) => ({ key, entity }));
    if (there.length === 0) continue;
    const transaction = { set: [], delete: there };
    await insist(send, 'write', 'repair', unitsFor(transaction), (carrier) =>
      carrier.transact(transaction),
    );
  }
}

async function sweepTombstones(context: OperationsContext, bucket: number): Promise<number> {
  const { operations } = context;
  let gone = 0;
  for (;;) {
    const keys = await operations.tombstones(bucket, TOMBSTONES);
    if (keys.length === 0) return gone;
    gone += await removeTombstones(context, bucket, keys);
    await operations.forget(keys);
  }
}

/**
 * Step `sweepTombstone` for records of one sealed bucket, under its head: people write meanwhile, and one of them may make a
 * record anew. Returns how many there were. Throws `target.unreachable` when the head keeps changing.
 */
export async function removeTombstones(
  context: OperationsContext,
  bucket: number,
  keys: readonly string[],
): Promise<number> {
  let gone = 0;
  for (let from = 0, failures = 0; from < keys.length;) {
    const removed = await removeSome(context, bucket, keys.slice(from, from + TOMBSTONES));
    if (removed === undefined) {
      failures += 1;
      if (failures >= ATTEMPTS) throw unreachable(new Error(`bucket ${bucket} kept failing`));
      await backOff(context.send, failures);
      continue;
    }
    failures = 0;
    gone += removed;
    from += TOMBSTONES;
  }
  return gone;
}

/** Undefined: nothing is known, begin anew. */
async function removeSome(
  { send, group, scope }: OperationsContext,
  bucket: number,
  keys: readonly string[],
): Promise<number | undefined> {
  const head = await send.heads.readStrictly(send, bucket);
  let { dg } = head;
  const gone: ItemKey[] = [];
  const toggled: Symbol64[] = [];
  for (const key of keys) {
    const { tombstone } = placesOf(send.scope, group, key);
    const found = await insist(send, 'read', 'repair', 1, (carrier) => carrier.get(tombstone));
    const stored = found && valueOfTombstone(send.scope, key, found.value);
    if (stored?.hash === undefined) continue;
    dg = xorDigest(dg, stored.hash);
    toggled.push(symbolOf(key, stored.hash));
    gone.push(tombstone);
  }
  if (gone.length === 0) return 0;
  const next = { ...head, seq: head.seq + 1, dg, sk: head.sk.toggled(toggled) };
  const set = [headOperation(scope.group, { bucket, head, next }, 'S')];
  const transaction = { set, delete: gone };
  const isDone = await transactOnce(send, transaction, 'repair');
  send.heads.forget(bucket);
  return isDone ? gone.length : undefined;
}

function unitsFor(transaction: Transaction): number {
  return unitsOf(Buffer.byteLength(transactionBody(transaction)), UNIT_BYTES);
}
