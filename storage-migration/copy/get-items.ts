import type { FoundItem, ItemKey } from '../forge/carrier.ts';
import type { Priority } from './governor.ts';
import { inLanes, LANES } from './in-lanes.ts';
import { insist } from './insist.ts';
import { readItem } from './read-stored.ts';
import { unitsOf } from './packer.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';

/** Items of one batch read: the most there may be. */
const BATCH = 25;

/** As {@link getItems}, each by a strict read of its own, all at once: dearer, and never behind. */
export async function readEach(
  context: SendContext,
  items: readonly ItemKey[],
  priority: Priority,
): Promise<readonly FoundItem[]> {
  const found: FoundItem[] = [];
  await inLanes(items, items.length, async (item) => {
    const read = await readItem(context, item, priority);
    if (read !== undefined) found.push({ ...item, value: read.value });
  });
  return found;
}

/**
 * The items that are found, 25 a request. What is read so may be behind and may miss what exists: it proves nothing by itself.
 * What an answer cost beyond the first unit is known only by its size, and is paid afterwards.
 */
export async function getItems(
  context: SendContext,
  items: readonly ItemKey[],
  priority: Priority,
): Promise<readonly FoundItem[]> {
  const batches: (readonly ItemKey[])[] = [];
  for (let at = 0; at < items.length; at += BATCH) batches.push(items.slice(at, at + BATCH));
  const found: FoundItem[] = [];
  await inLanes(batches, LANES, async (batch) => {
    const read = await insist(context, 'read', priority, 1, (carrier) => carrier.getMany(batch));
    const units = unitsOf(Buffer.byteLength(JSON.stringify(read.found)), UNIT_BYTES);
    if (units > 1) await context.units.take({ kind: 'read', units: units - 1, priority });
    found.push(...read.found);
  });
  return found;
}
