import { insist } from '../copy/insist.ts';
import { unitsOf } from '../copy/packer.ts';
import { UNIT_BYTES } from '../copy/send-context.ts';
import type { ScanOptions } from '../forge/carrier.ts';
import { decodeKey, encodeKey } from '../record/key-codec.ts';
import { splitKey } from '../record/define-record.ts';
import { examine } from './examine.ts';
import type { Finding, VerifyContext } from './verify-context.ts';

/** A scan that hands out the same cursor again would never end. */
const MOST_PAGES = 1_000_000;

/**
 * Looks for records in Forge that Postgres does not know. A query is eventually consistent and only proposes keys; each is
 * confirmed by strict reads. Follows the cursor until it is absent: an empty page is not the end.
 */
export async function findExtras(
  context: VerifyContext,
): Promise<{ findings: readonly Finding[]; complete: boolean }> {
  const findings: Finding[] = [];
  for (const { entity, options } of placesOfRecords(context)) {
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      if (context.shouldStop?.() === true) return { findings, complete: false };
      const read = await insist(context.send, 'read', 'scrub', 1, (carrier) =>
        carrier.scan(entity, cursor, options),
      );
      const bytes = Buffer.byteLength(JSON.stringify(read.items));
      const more = unitsOf(bytes, UNIT_BYTES) - 1;
      if (more > 0) await context.send.units.take({ kind: 'read', units: more, priority: 'scrub' });
      findings.push(...(await examineUnknown(context, entity, read.items)));
      if (read.cursor === undefined || read.cursor === cursor) break;
      cursor = read.cursor;
    }
  }
  return { findings, complete: true };
}

/** Key-value items by their type, so that logs, tombstones and parts are not read as well. */
export function placesOfRecords({
  group,
}: Pick<VerifyContext, 'group'>): readonly { entity: string | undefined; options: ScanOptions }[] {
  const entities = new Set<string>();
  const types: string[] = [];
  for (const { type, target } of group.records.values()) {
    if (target.kind === 'entity') entities.add(target.entity);
    else types.push(type);
  }
  return [
    ...[...entities].map((entity) => ({ entity, options: {} })),
    ...types.map((type) => ({ entity: undefined, options: { prefix: encodeKey(`${type}:`) } })),
  ];
}

async function examineUnknown(
  context: VerifyContext,
  entity: string | undefined,
  items: readonly { key: string }[],
): Promise<readonly Finding[]> {
  const keys = items.flatMap((item) => {
    const key = decodeKey(item.key);
    if (key === undefined) return [];
    // Key-value space is shared with the layer's own items and whatever else the app keeps there.
    const target = context.group.records.get(splitKey(key).type)?.target;
    const owner = target?.kind === 'entity' ? target.entity : undefined;
    return target !== undefined && owner === entity ? [key] : [];
  });
  if (keys.length === 0) return [];
  const known = await context.pool.query<{ key: string }>(
    `select key from mig_ver where tenant = $1 and grp = $2 and key = any($3) and not deleted`,
    [context.scope.tenant, context.scope.group, keys],
  );
  const live = new Set(known.rows.map((row) => row.key));
  return examine(
    context,
    keys.filter((key) => !live.has(key)),
  );
}
