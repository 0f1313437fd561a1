import type { Stored } from '../apply/apply-rule.ts';
import type { Head } from '../bucket/head.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { LayerError } from '../errors.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { ForgeCarrier, ItemKey } from '../forge/carrier.ts';
import type { Priority } from './governor.ts';
import { insist, unreachable } from './insist.ts';
import { unitsOf } from './packer.ts';
import { readParts } from './read-parts.ts';
import {
  faceOfRecord,
  NO_CONTENT,
  NO_VALUE,
  placesOf,
  valueOfTombstone,
  type Face,
  type StoredValue,
} from './read-value.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';

/**
 * Which version the target holds for a key, by strict single reads; parts are not read. For whoever only decides whether to
 * write. Must be called **after** the head's read has ended: the record is then at least as new as the head, and the
 * compare-and-set on the head protects what is concluded from it. Record and tombstone both missing may be a delete in
 * between, so the record is read once more before "absent" is said.
 */
export async function readVersion(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  priority: Priority,
): Promise<Stored> {
  const { version, deleted, hash, parts } = await readFace(context, group, key, priority);
  return { version, deleted, hash, ...(parts === undefined ? {} : { parts }) };
}

/**
 * As {@link readVersion}, with the value, put together where it lies in parts. Throws `record.broken` when parts of a
 * standing record are missing or changed: such a record is never absent, and never half.
 */
export async function readStored(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  priority: Priority,
): Promise<StoredValue> {
  return orThrow(key, await inspect(context, group, key, priority));
}

/**
 * As {@link readStored}, for whoever concludes something without a compare-and-set after it. "Nothing" is believed only
 * when the bucket's head stood still around the look: a record that is deleted, made again and deleted again between three
 * reads shows none of its faces. In a bucket that never stands still, each round more would take two more such writes.
 */
export async function readSettled(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  priority: Priority,
): Promise<StoredValue> {
  return orThrow(key, await inspectSettled(context, group, key, priority));
}

/** What a look at a record came to. With `broken`, its version stands but its content can't be had. */
export interface Inspected extends StoredValue {
  readonly broken?: string;
}

/** As {@link readSettled}, for whoever examines records: says what is broken instead of throwing it. */
export async function inspectSettled(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  priority: Priority,
): Promise<Inspected> {
  let stored = await inspect(context, group, key, priority);
  for (let round = 0; round < ROUNDS && stored.hash === undefined; round += 1) {
    const before = await headOf(context, key);
    stored = await inspect(context, group, key, priority);
    if (isSame(before, await headOf(context, key))) break;
  }
  return stored;
}

/** Rounds before "nothing" is believed although the bucket was written all the time. */
const ROUNDS = 4;
/** Rounds of a record in parts that somebody writes all the time. */
const PART_ROUNDS = 8;

/**
 * One look, with the parts. Whoever replaces a record takes its parts away in the same transaction, so a missing part mostly
 * means that there is a newer version: read again. Broken is what misses parts while the bucket's head stands still.
 */
export async function inspect(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  priority: Priority,
): Promise<Inspected> {
  let stored = await withParts(context, group, key, priority);
  for (let round = 0; round < PART_ROUNDS && stored.broken !== undefined; round += 1) {
    const before = await headOf(context, key);
    stored = await withParts(context, group, key, priority);
    if (stored.broken === undefined || isSame(before, await headOf(context, key))) return stored;
  }
  if (stored.broken === undefined) return stored;
  throw unreachable(new Error(`${key} was written all the time`));
}

async function withParts(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  priority: Priority,
): Promise<Inspected> {
  const face = await readFace(context, group, key, priority);
  if ('value' in face) return face;
  const { version } = face;
  if ('broken' in face) return { ...NO_CONTENT, version, value: undefined, broken: face.broken };
  const { pointer, beside } = face;
  const read = await readParts(context, group, { key, version, pointer, beside }, priority);
  const parts = pointer.count;
  return 'value' in read
    ? { version, deleted: false, hash: pointer.hash, parts, value: read.value }
    : { ...NO_CONTENT, version, parts, value: undefined, broken: read.missing };
}

async function readFace(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  priority: Priority,
): Promise<Face> {
  const { record, tombstone } = placesOf(context.scope, group, key);
  const readRecord = async (): Promise<Face | undefined> => {
    const found = await readItem(context, record, priority);
    return found === undefined ? undefined : faceOfRecord(context.scope, group, key, found.value);
  };
  const stored = await readRecord();
  if (stored !== undefined) return stored;
  const deleted = await readItem(context, tombstone, priority);
  if (deleted !== undefined) return valueOfTombstone(context.scope, key, deleted.value);
  return (await readRecord()) ?? NO_VALUE;
}

function orThrow(key: string, { broken, ...stored }: Inspected): StoredValue {
  if (broken !== undefined) {
    throw new LayerError('record.broken', `${key}: ${broken}`, { key });
  }
  return stored;
}

function headOf(context: SendContext, key: string): Promise<Head> {
  return context.heads.readStrictly(context, bucketOf(slotOf(key), context.scope.buckets));
}

function isSame(before: Head, after: Head): boolean {
  return before.seq === after.seq && before.epoch === after.epoch;
}

/** One item by a strict read. What it cost beyond the first unit is known only by its size, and is paid afterwards. */
export async function readItem(
  context: SendContext,
  item: ItemKey,
  priority: Priority,
): Promise<{ value: unknown } | undefined> {
  const found = await insist(context, 'read', priority, 1, (carrier: ForgeCarrier) =>
    carrier.get(item),
  );
  if (found === undefined) return undefined;
  // Only now its size is known: what it cost beyond the first unit is paid afterwards.
  const units = unitsOf(Buffer.byteLength(JSON.stringify(found.value)), UNIT_BYTES);
  if (units > 1) await context.units.take({ kind: 'read', units: units - 1, priority });
  return found;
}
