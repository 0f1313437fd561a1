import { canonical } from '../record/canonical.ts';
import { unwrap, type GroupDefinition } from '../record/define-record.ts';
import { recordHash, tombstoneKey } from '../record/hash.ts';
import { encodeKey } from '../record/key-codec.ts';
import { recordOf } from '../record/outgoing.ts';
import type { Json, Version } from '../terms.ts';
import { NOTHING_STORED, type Stored } from '../apply/apply-rule.ts';
import type { ItemKey } from '../forge/carrier.ts';
import type { TargetScope } from './send-context.ts';

/** What the target holds for a key, with its value; `value` is undefined for a tombstone and for nothing. */
export interface StoredValue extends Stored {
  readonly value: Json | undefined;
}

export const NO_VALUE: StoredValue = { ...NOTHING_STORED, value: undefined };

/** Where a record and its tombstone lie. */
export function placesOf(
  { tenantKey, group: name }: TargetScope,
  group: GroupDefinition,
  key: string,
): { readonly record: ItemKey; readonly tombstone: ItemKey } {
  const { target } = recordOf(group, key);
  const entity = target.kind === 'entity' ? target.entity : undefined;
  return {
    record: { key: encodeKey(key), entity },
    tombstone: { key: tombstoneKey(tenantKey, name, key), entity: undefined },
  };
}

/**
 * Reads what a record's item says. Without a version something outside the layer wrote it: it counts as nothing, and the
 * scrub names it.
 */
export function valueOfRecord(
  { tenantKey }: TargetScope,
  group: GroupDefinition,
  key: string,
  stored: unknown,
): StoredValue {
  const item = unwrap(recordOf(group, key).target, stored);
  if (item === undefined) return NO_VALUE;
  const hash = recordHash(tenantKey, key, item.version, canonical(item.value));
  return { version: item.version, deleted: false, hash, value: item.value };
}

/** Reads what a tombstone says. */
export function valueOfTombstone(
  { tenantKey }: TargetScope,
  key: string,
  stored: unknown,
): StoredValue {
  const { e, n } = stored as Version;
  const version = { e, n };
  return {
    version,
    deleted: true,
    hash: recordHash(tenantKey, key, version, null),
    value: undefined,
  };
}
