import type { GroupDefinition } from '../record/define-record.ts';
import { compareVersions, type Version } from '../terms.ts';
import { getItems } from './get-items.ts';
import type { Priority } from './governor.ts';
import { inLanes, LANES } from './in-lanes.ts';
import { readSettled } from './read-stored.ts';
import { faceOfRecord, placesOf, type StoredValue } from './read-value.ts';
import type { SendContext } from './send-context.ts';

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
  const records = new Map<string, StoredValue>();
  const places = [...wanted].map(([key, least]) => {
    const { record } = placesOf(context.scope, group, key);
    return { key, least, record };
  });
  const placeOf = new Map(places.map((place) => [place.record.key, place]));
  const items = places.map(({ record }) => record);
  for (const { key: at, value } of await getItems(context, items, priority)) {
    const place = placeOf.get(at);
    if (place === undefined) continue;
    const face = faceOfRecord(context.scope, group, place.key, value);
    const isNew = compareVersions(face.version, place.least) >= 0;
    if (isNew && 'value' in face) records.set(place.key, face);
  }
  const rest = [...wanted.keys()].filter((key) => !records.has(key));
  await inLanes(rest, LANES, async (key) => {
    records.set(key, await readSettled(context, group, key, priority));
  });
  return records;
}
