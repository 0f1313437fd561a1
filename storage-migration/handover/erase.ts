import { bucketOf, slotOf } from '../bucket/slot.ts';
import { backfillBucket } from '../copy/backfill.ts';
import { pushBucket } from '../copy/push.ts';
import { sweepParts } from '../copy/sweep-parts.ts';
import { readSettled } from '../copy/read-stored.ts';
import { insist } from '../copy/insist.ts';
import { placesOf } from '../copy/read-value.ts';
import { LayerError } from '../errors.ts';
import { tombstoneKey } from '../record/hash.ts';
import { recordOf } from '../record/outgoing.ts';
import { unwrap } from '../record/stored-item.ts';
import { ForgeRecords, UNCHANGED } from '../live/forge-records.ts';
import type { RecordReader } from '../postgres/record-reader.ts';
import { compareVersions, type Version } from '../terms.ts';
import type { Erasure, OperationsContext } from './operations-side.ts';
import { reverseBucket } from './reverse.ts';
import { scrubLog } from './scrub-log.ts';
import { removeTombstones } from './sweep.ts';

/** Of a delete that nobody asks for any more. */
const NONE: Version = { e: 0, n: 0 };

/** An erasure also has to send by itself what is erased: it goes on while the tenant is paused. */
export interface EraseContext extends OperationsContext {
  readonly reader: Pick<RecordReader, 'keys' | 'after'>;
}

export interface Erased {
  readonly records: number;
  /** Records whose delete one side has not confirmed; 0 means that the erasure is reported. */
  readonly waiting: number;
}

/**
 * Steps `erase` and `eraseReport`: deletes records at whoever is the authority, as versions like every other, brings the
 * deletes to the other side, and reports each erasure only when **both** sides hold them or something newer. What was never
 * sent has to be deleted there too: an old send under way would still find its place empty. Works in every stage and while
 * the tenant is paused; what has to wait (nobody is the authority for a moment, Forge does not answer) stays marked, and
 * the next call goes on with it. Throws `erase.remains` for a record that something outside the layer wrote.
 */
export async function driveErasures(context: EraseContext, who: string): Promise<Erased> {
  const { operations } = context;
  let records = 0;
  let waiting = 0;
  for (const erasure of await operations.openErasures()) {
    records += erasure.keys.length;
    const deletes = await driveErasure(context, erasure);
    waiting += erasure.keys.length - deletes.size;
    if (deletes.size < erasure.keys.length) continue;
    const { stage } = await operations.standing();
    if (stage !== 'off') {
      const named = await stillNamed(context, erasure);
      waiting += named;
      if (named > 0) continue;
      // Parts of a value that fitted no item, and that had no room in the transaction of its delete.
      await sweepParts(context.send, context.group);
    }
    const isFinal = stage === 'final';
    if (isFinal) await forgetTombstones(context, erasure);
    const isReported = await operations.report(erasure.id, { who, deletes, isFinal });
    if (!isReported) waiting += erasure.keys.length;
  }
  return { records, waiting };
}

/** A final tenant keeps none, and its sweep leaves those to the erasure that an open erasure still watches. */
async function forgetTombstones(context: EraseContext, erasure: Erasure): Promise<void> {
  for (const [bucket, keys] of byBucket(context, erasure)) {
    await removeTombstones(context, bucket, [...keys]);
  }
}

/** The deletes that both sides hold. Of an erasure that somebody else has reported meanwhile, all of them do. */
async function driveErasure(
  context: EraseContext,
  erasure: Erasure,
): Promise<ReadonlyMap<string, Version>> {
  const deletes = new Map<string, Version>();
  for (const { key, version } of erasure.keys) {
    try {
      const erased = version ?? (await eraseAtAuthority(context, erasure, key));
      if (erased === undefined) continue;
      if (erased === 'reported') deletes.set(key, NONE);
      else if (await isErased(context, erasure, key, erased)) deletes.set(key, erased);
    } catch (error) {
      // A hand-over went by: the next call sees where the record is then.
      if (!(error instanceof LayerError) || error.code !== 'fence.closed') throw error;
    }
  }
  return deletes;
}

/** Keys may name people, and log entries name keys. Returns how many of them some entry may still name. */
async function stillNamed(context: EraseContext, erasure: Erasure): Promise<number> {
  let named = 0;
  for (const [bucket, under] of byBucket(context, erasure)) {
    const head = await context.send.heads.readStrictly(context.send, bucket);
    if (head.auth === 'F') await reverseBucket(context, bucket, head);
    if (!(await scrubLog(context, bucket, under))) named += under.size;
  }
  return named;
}

function byBucket({ send }: EraseContext, { keys }: Erasure): ReadonlyMap<number, Set<string>> {
  const grouped = new Map<number, Set<string>>();
  for (const { key } of keys) {
    const bucket = bucketOf(slotOf(key), send.scope.buckets);
    grouped.set(bucket, (grouped.get(bucket) ?? new Set()).add(key));
  }
  return grouped;
}

/** The delete's version; undefined while nobody is the authority. A crash before it is noted only makes one delete more. */
async function eraseAtAuthority(
  context: EraseContext,
  erasure: Erasure,
  key: string,
): Promise<Version | 'reported' | undefined> {
  const { operations, send, group } = context;
  const here = await operations.eraseHere(erasure.id, key);
  if (here !== 'gate closed') return here;
  const bucket = bucketOf(slotOf(key), send.scope.buckets);
  // The mutation stays in the log: it must not name what is erased. A second driver's delete is another one.
  const drive = Math.floor(send.random() * 2 ** 48).toString(36);
  const mutation = `erase:${erasure.id}:${tombstoneKey(send.scope.tenantKey, group.group, key)}:${drive}`;
  const records = new ForgeRecords(send, group);
  // A tombstone stops every older send: a second delete would only name the key in the log once more.
  const result = await records.changeAll([key], mutation, (present) => {
    const stored = present.get(key);
    const isGone = stored?.deleted === true && stored.hash !== undefined;
    return isGone ? UNCHANGED : new Map([[key, undefined]]);
  });
  if (result.kind === 'elsewhere') return undefined;
  const head = await send.heads.readStrictly(send, bucket);
  const stored = await readSettled(send, group, key, 'repair');
  // Under a sealed head nothing is left that could tell: the archive gets a version above all that Forge gave before.
  const version = stored.hash === undefined ? { e: head.epoch, n: 1 } : stored.version;
  return (await operations.noteErased(erasure.id, key, version)) ? version : undefined;
}

async function isErased(
  context: EraseContext,
  erasure: Erasure,
  key: string,
  erased: Version,
): Promise<boolean> {
  const { operations, send, group } = context;
  // A tenant without a target has no other side.
  if ((await operations.standing()).stage === 'off') return true;
  const bucket = bucketOf(slotOf(key), send.scope.buckets);
  const head = await send.heads.readStrictly(send, bucket);
  if (head.auth === 'P') await sendOne(context, bucket, key);
  else await bringBack(context, erasure, bucket, key, erased);
  const here = await operations.heldHere(key);
  const stored = await readSettled(send, group, key, 'repair');
  const isHere = here !== undefined && compareVersions(here.version, erased) >= 0;
  const isSealed = head.auth === 'S';
  const isThere =
    stored.hash === undefined ? isSealed : compareVersions(stored.version, erased) >= 0;
  if (!isHere || !isThere) return false;
  await refuseForeign(context, key, stored.hash === undefined || stored.deleted);
  return true;
}

/** Sends one record, by the backfill where that has not passed it yet: nothing beyond its cursor may be stored. */
async function sendOne(context: EraseContext, bucket: number, key: string): Promise<void> {
  const { send, group, ledger, reader, operations } = context;
  const options = { context: send, group, ledger, source: reader };
  if (!(await operations.isFilled(bucket))) await backfillBucket(options, bucket);
  const slice = await reader.keys([key]);
  await pushBucket({ ...options, priority: 'push' }, bucket, slice);
}

async function bringBack(
  context: EraseContext,
  erasure: Erasure,
  bucket: number,
  key: string,
  erased: Version,
): Promise<void> {
  const { operations, send } = context;
  const head = await send.heads.readStrictly(send, bucket);
  if (head.auth === 'S') {
    await operations.eraseArchived(erasure.id, bucket, key, erased);
    return;
  }
  await reverseBucket(context, bucket, head);
}

/** An item without a version is nothing to the layer, but a person's data all the same. */
async function refuseForeign(
  { send, group }: EraseContext,
  key: string,
  isGone: boolean,
): Promise<void> {
  if (!isGone) return;
  const { record } = placesOf(send.scope, group, key);
  const found = await insist(send, 'read', 'repair', 1, (carrier) => carrier.get(record));
  // Somebody may have written the record anew meanwhile.
  const isOurs = found !== undefined && unwrap(recordOf(group, key).target, found.value);
  if (found !== undefined && isOurs === undefined) {
    throw new LayerError('erase.remains', 'an item without a version lies in a record’s place');
  }
}
