import type { ItemKey } from '../forge/carrier.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { compareVersions, type Version } from '../terms.ts';
import type { Priority } from './governor.ts';
import { getBatch } from './get-batch.ts';
import { inLanes } from './in-lanes.ts';
import { readSettled } from './read-stored.ts';
import { faceOfRecord, placesOf, type StoredValue } from './read-value.ts';
import type { SendContext } from './send-context.ts';

/** Keys of one batch read. */
const BATCH = 25;
/** Strict reads at once, of what a batch did not settle. */
const LANES = 8;

/**
 * Records that are known to have been written: each comes back at least as new as the version named for it. Read in batches;
 * whatever a batch shows older, not at all or in parts is read strictly, so that only a strict read says that something is
 * behind or gone. A record may come back older than named only when Forge really holds nothing newer.
 */
export async function readFresh(
  context: SendContext,
  group: GroupDefinition,
  wanted: ReadonlyMap<string, Version>,
  priority: Priority,
): Promise<ReadonlyMap<string, StoredValue>> {
  const keys = [...wanted.keys()];
  const records = new Map<string, StoredValue>();
  const batches: string[][] = [];
  for (let at = 0; at < keys.length; at += BATCH) batches.push(keys.slice(at, at + BATCH));
  await inLanes(batches, LANES, async (batch) => {
    const places = new Map<string, string>();
    const items: ItemKey[] = [];
    for (const key of batch) {
      const { record } = placesOf(context.scope, group, key);
      places.set(record.key, key);
      items.push(record);
    }
    for (const { key: at, value } of await getBatch(context, items, priority)) {
      const key = places.get(at);
      if (key === undefined) continue;
      const face = faceOfRecord(context.scope, group, key, value);
      const least = wanted.get(key);
      const isNew = least !== undefined && compareVersions(face.version, least) >= 0;
      if (isNew && 'value' in face) records.set(key, face);
    }
  });
  const rest = keys.filter((key) => !records.has(key));
  await inLanes(rest, LANES, async (key) => {
    records.set(key, await readSettled(context, group, key, priority));
  });
  return records;
}
