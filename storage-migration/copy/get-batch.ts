import type { FoundItem, ItemKey } from '../forge/carrier.ts';
import type { Priority } from './governor.ts';
import { insist } from './insist.ts';
import { unitsOf } from './packer.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';

/**
 * Up to 25 items in one request, those that were found. May be behind and may miss what exists: it proves nothing by itself.
 * What an answer cost beyond the first unit is known only by its size, and is paid afterwards.
 */
export async function getBatch(
  context: SendContext,
  items: readonly ItemKey[],
  priority: Priority,
): Promise<readonly FoundItem[]> {
  if (items.length === 0) return [];
  const batch = await insist(context, 'read', priority, 1, (carrier) => carrier.getMany(items));
  const units = unitsOf(Buffer.byteLength(JSON.stringify(batch.found)), UNIT_BYTES);
  if (units > 1) await context.units.take({ kind: 'read', units: units - 1, priority });
  return batch.found;
}
