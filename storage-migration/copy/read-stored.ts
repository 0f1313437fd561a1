import { bucketOf, slotOf } from '../bucket/slot.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { ForgeCarrier, ItemKey } from '../forge/carrier.ts';
import type { Priority } from './governor.ts';
import { insist } from './insist.ts';
import { unitsOf } from './packer.ts';
import {
  NO_VALUE,
  placesOf,
  valueOfRecord,
  valueOfTombstone,
  type StoredValue,
} from './read-value.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';

/**
 * What the target holds for a key, by strict single reads. Must be called **after** the head's read has ended: the record
 * is then at least as new as the head, and the compare-and-set on the head protects what is concluded from it.
 * Record and tombstone both missing may be a delete in between, so the record is read once more before "absent" is said.
 */
export async function readStored(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  priority: Priority,
): Promise<StoredValue> {
  const { record, tombstone } = placesOf(context.scope, group, key);
  const readRecord = async (): Promise<StoredValue | undefined> => {
    const found = await readItem(context, record, priority);
    return found === undefined ? undefined : valueOfRecord(context.scope, group, key, found.value);
  };
  const stored = await readRecord();
  if (stored !== undefined) return stored;
  const deleted = await readItem(context, tombstone, priority);
  if (deleted !== undefined) return valueOfTombstone(context.scope, key, deleted.value);
  return (await readRecord()) ?? NO_VALUE;
}

/** Rounds before "nothing" is believed although the bucket was written all the time. */
const ROUNDS = 4;

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
  let stored = await readStored(context, group, key, priority);
  if (stored.hash !== undefined) return stored;
  const bucket = bucketOf(slotOf(key), context.scope.buckets);
  for (let round = 0; round < ROUNDS && stored.hash === undefined; round += 1) {
    const before = await context.heads.readStrictly(context, bucket);
    stored = await readStored(context, group, key, priority);
    const after = await context.heads.readStrictly(context, bucket);
    if (before.seq === after.seq && before.epoch === after.epoch) break;
  }
  return stored;
}

async function readItem(
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
