import { insist } from '../copy/insist.ts';
import { unitsOf } from '../copy/packer.ts';
import { readSettled } from '../copy/read-stored.ts';
import { UNIT_BYTES, type SendContext } from '../copy/send-context.ts';
import { LayerError } from '../errors.ts';
import type { QueryCarrier } from '../forge/carrier.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { decodeKey } from '../record/key-codec.ts';
import { recordOf } from '../record/outgoing.ts';
import { unwrap } from '../record/stored-item.ts';
import type { Json, Version } from '../terms.ts';

/** A query that hands out the same cursor again would never end. */
const MOST_PAGES = 100;

/** A record as a query showed it. */
export interface Listed {
  readonly value: Json;
  readonly version: Version;
}

/** A context whose carrier can list. */
export type ListContext = SendContext & { readonly carrier: QueryCarrier };

/**
 * Records of one type by an index of their entity, as they were **a moment ago**: a query lags, so it may still hold what
 * was deleted and not yet hold what was made. Whoever just wrote reads those keys by `ForgeRecords.read`. A record whose value
 * lies in parts is read strictly, because parts of a moment ago may be gone. Throws `target.unreachable` rather than answer a
 * part.
 */
export async function listByIndex(
  context: ListContext,
  group: GroupDefinition,
  type: string,
  index: string,
  partition: readonly string[],
): Promise<ReadonlyMap<string, Listed>> {
  const { target } = recordOf(group, `${type}:`);
  if (target.kind !== 'entity') throw new RangeError(`records of type ${type} have no index`);
  const listed = new Map<string, Listed>();
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { entity: target.entity, index, partition, cursor };
    const read = await insist(context, 'read', 'live', 1, () => context.carrier.query(query));
    const units = unitsOf(Buffer.byteLength(JSON.stringify(read.items)), UNIT_BYTES);
    if (units > 1) await context.units.take({ kind: 'read', units: units - 1, priority: 'live' });
    for (const { key, value } of read.items) {
      const record = decodeKey(key);
      const item = unwrap(target, value);
      if (record === undefined || item === undefined) continue;
      if ('value' in item) listed.set(record, item);
      else await listByKey(context, group, record, listed);
    }
    if (read.cursor === undefined) return listed;
    if (read.cursor === cursor) break;
    cursor = read.cursor;
  }
  throw new LayerError('target.unreachable', `the list of ${type} records does not end`);
}

async function listByKey(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  listed: Map<string, Listed>,
): Promise<void> {
  const { version, value } = await readSettled(context, group, key, 'live');
  if (value !== undefined) listed.set(key, { value, version });
}
