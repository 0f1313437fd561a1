import { canonical } from '../record/canonical.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { recordHash, tombstoneKey } from '../record/hash.ts';
import { encodeKey } from '../record/key-codec.ts';
import { recordOf } from '../record/outgoing.ts';
import type { Pointer } from '../record/parts.ts';
import { unwrap } from '../record/stored-item.ts';
import type { Json, JsonObject, Version } from '../terms.ts';
import { NOTHING_STORED, type Stored } from '../apply/apply-rule.ts';
import { EMPTY_DIGEST } from '../bucket/digest.ts';
import type { ItemKey } from '../forge/carrier.ts';
import type { TargetScope } from './reach.ts';

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

/** What stands in a record's place, before its parts are read. */
export type Face =
  | StoredValue
  /** Its value lies in parts; the hash is the one that the digest was made with. */
  | (Stored & { readonly pointer: Pointer; readonly beside: JsonObject })
  | (Stored & { readonly broken: string });

/**
 * Reads what a record's item says. Without a version something outside the layer wrote it: it counts as nothing, and the
 * scrub names it.
 */
export function faceOfRecord(
  { tenantKey }: TargetScope,
  group: GroupDefinition,
  key: string,
  stored: unknown,
): Face {
  const item = unwrap(recordOf(group, key).target, stored);
  if (item === undefined) return NO_VALUE;
  const { version } = item;
  if ('value' in item) {
    const hash = recordHash(tenantKey, key, version, canonical(item.value));
    return { version, deleted: false, hash, value: item.value };
  }
  if ('broken' in item) return { ...NO_CONTENT, version, broken: item.broken };
  const { pointer, beside } = item;
  return { version, deleted: false, hash: pointer.hash, parts: pointer.count, pointer, beside };
}

/** A record whose content is not known: its hash is like no other, and takes nothing out of a digest. */
export const NO_CONTENT = { deleted: false, hash: EMPTY_DIGEST } as const;

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
