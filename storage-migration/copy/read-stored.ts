import { NOTHING_STORED, type Stored } from '../apply/apply-rule.ts';
import { canonical } from '../record/canonical.ts';
import { unwrap, type GroupDefinition } from '../record/define-record.ts';
import { recordHash, tombstoneKey } from '../record/hash.ts';
import { recordOf } from '../record/outgoing.ts';
import { encodeKey } from '../record/key-codec.ts';
import type { Version } from '../terms.ts';
import type { ForgeCarrier, ItemKey } from '../forge/carrier.ts';
import type { Priority } from './governor.ts';
import { insist } from './insist.ts';
import { unitsOf } from './packer.ts';
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
): Promise<Stored> {
  const record = await readRecord(context, group, key, priority);
  if (record !== undefined) return record;
  const tombstone = await readTombstone(context, key, priority);
  if (tombstone !== undefined) return tombstone;
  return (await readRecord(context, group, key, priority)) ?? NOTHING_STORED;
}

async function readRecord(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  priority: Priority,
): Promise<Stored | undefined> {
  const { target } = recordOf(group, key);
  const entity = target.kind === 'entity' ? target.entity : undefined;
  const found = await readItem(context, { key: encodeKey(key), entity }, priority);
  if (found === undefined) return undefined;
  const item = unwrap(target, found.value);
  // Without a version something outside the layer wrote it: it counts as nothing and the scrub names it.
  if (item === undefined) return NOTHING_STORED;
  const hash = recordHash(context.scope.tenantKey, key, item.version, canonical(item.value));
  return { version: item.version, deleted: false, hash };
}

async function readTombstone(
  context: SendContext,
  key: string,
  priority: Priority,
): Promise<Stored | undefined> {
  const { tenantKey, group } = context.scope;
  const item = { key: tombstoneKey(tenantKey, group, key), entity: undefined };
  const found = await readItem(context, item, priority);
  if (found === undefined) return undefined;
  const { e, n } = found.value as Version;
  const version = { e, n };
  return { version, deleted: true, hash: recordHash(tenantKey, key, version, null) };
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
