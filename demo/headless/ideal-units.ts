import type { StoredItem } from 'crossgrade-local-site';

/** Forge charges by the size of the request, rounded up to 10 KB; the stricter reading is 10,000 bytes. */
const UNIT_BYTES = 10_000;

/** Units that the records' own operations would cost if requests could be packed without any waste or head. */
export function idealUnits(items: Iterable<StoredItem>): number {
  let bytes = 0;
  for (const { entityName, key, value } of items) {
    if (entityName === 'mig-head' || key.startsWith('t:')) continue;
    bytes += Buffer.byteLength(JSON.stringify({ key, value, entityName }));
  }
  return Math.ceil(bytes / UNIT_BYTES);
}
