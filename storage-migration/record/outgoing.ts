import type { Hash } from '../bucket/digest.ts';
import type { Json, Version } from '../terms.ts';
import { canonical } from './canonical.ts';
import { splitKey, type GroupDefinition, type RecordDefinition } from './define-record.ts';
import { findMisfit, type Misfit } from './fits.ts';
import { recordHash } from './hash.ts';
import { encodeKey } from './key-codec.ts';
import { layOut } from './lay-out.ts';

/** One record in one version, ready to be sent. */
export interface Outgoing {
  /** The layer's key, `<type>:<id>`. */
  readonly key: string;
  /** The key as Forge takes it. */
  readonly forgeKey: string;
  /** The entity it lives in; absent for key-value items. */
  readonly entity: string | undefined;
  readonly slot: number;
  readonly version: Version;
  readonly hash: Hash;
  /** The stored item as JSON text: the whole value, or the pointer to its parts. Null for a tombstone. */
  readonly json: string | null;
  /** The value's text in pieces, when it does not fit one item. They are stored before the pointer is. */
  readonly parts?: readonly string[];
}

/** A record that can't be sent, and why. */
export interface SetAside {
  readonly key: string;
  readonly slot: number;
  readonly version: Version;
  readonly misfit: Misfit;
}

/** A version row joined with the app's row, read in one snapshot. `row` is absent for a deleted record. */
export interface VersionedRow {
  readonly key: string;
  readonly slot: number;
  readonly version: Version;
  readonly deleted: boolean;
  readonly row: unknown;
}

/** Encodes, hashes and measures one record. Never truncates: what does not fit comes back as `misfit`. */
export function prepare(
  group: GroupDefinition,
  tenantKey: Buffer,
  source: VersionedRow,
): Outgoing | SetAside {
  const { key, slot, version } = source;
  const value = source.deleted ? undefined : recordOf(group, key).encode(source.row);
  return prepareValue(group, tenantKey, { key, slot, version, value });
}

/** A record as it is to stand in Forge, in one version. `value` is undefined for a deleted record. */
export interface VersionedValue {
  readonly key: string;
  readonly slot: number;
  readonly version: Version;
  readonly value: Json | undefined;
}

/** As {@link prepare}, for a value that was made on Forge's side. */
export function prepareValue(
  group: GroupDefinition,
  tenantKey: Buffer,
  { key, slot, version, value }: VersionedValue,
): Outgoing | SetAside {
  const record = recordOf(group, key);
  const forgeKey = encodeKey(key);
  const entity = record.target.kind === 'entity' ? record.target.entity : undefined;
  if (value === undefined) {
    const hash = recordHash(tenantKey, key, version, null);
    return { key, forgeKey, entity, slot, version, hash, json: null };
  }
  const misfit = findMisfit(record.target, forgeKey, value);
  if (misfit !== undefined) return { key, slot, version, misfit };
  // Over the whole value, in parts or not: digests and verification know no parts.
  const hash = recordHash(tenantKey, key, version, canonical(value));
  const laid = layOut(record.target, { key, version, value, hash }, group.valueBytes);
  if ('code' in laid) return { key, slot, version, misfit: laid };
  return { key, forgeKey, entity, slot, version, hash, ...laid };
}

export function isSetAside(item: Outgoing | SetAside): item is SetAside {
  return 'misfit' in item;
}

/** The definition of a key's record type. Throws `RangeError` for a key of no known type: the group lacks a definition. */
export function recordOf(group: GroupDefinition, key: string): RecordDefinition {
  const record = group.records.get(splitKey(key).type);
  if (record === undefined) {
    throw new RangeError(`group ${group.group} has no record type for key "${key}"`);
  }
  return record;
}
