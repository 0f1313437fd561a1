import type { ClientBase } from 'pg';
import { LayerError } from '../errors.ts';
import type { Json } from '../terms.ts';
import { MAX_VALUE_BYTES } from './limits.ts';
import { RESERVED_PREFIXES } from './key-codec.ts';

export type AttributeType = 'string' | 'integer' | 'float' | 'boolean' | 'any';

/**
 * Where records of a type live in Forge. Entities carry the version in the attributes `mve` and `mvn` (integers, to be
 * declared in the manifest); key-value items carry it in an envelope `{ v, _mv }`. A value that does not fit one item lies in
 * parts beside it; an entity then needs an attribute of type `any`.
 */
export type Target =
  | { readonly kind: 'kvs' }
  | {
      readonly kind: 'entity';
      readonly entity: string;
      /** The app's own attributes as the manifest declares them, without `mve` and `mvn`. */
      readonly attributes: Readonly<Record<string, AttributeType>>;
    };

/** How records of a type are read from Postgres. `Row` is whatever the app likes: an aggregate with its children. */
export interface RecordSource<Row> {
  /**
   * The aggregates with these ids, read through `client`, whose transaction is one snapshot. Ids without a row are left
   * out. Never opens a connection of its own, never writes.
   */
  load(
    client: ClientBase,
    tenant: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Row>>;
  /**
   * What differs between the app's row and what is stored in Forge, as paths. Written apart from `encode`: an encoder run
   * twice would agree with its own mistakes. Empty means the same.
   */
  compare(row: Row, stored: Json): readonly string[];
  /**
   * Makes the app's rows say what is stored in Forge: root and children, those that are gone deleted; `undefined` deletes
   * the whole aggregate. Runs inside the reverse transaction, whose triggers give no versions. Never opens a connection of
   * its own, never commits. Without it there is no way back, so a cut-over is refused.
   */
  write?(client: ClientBase, tenant: string, id: string, stored: Json | undefined): Promise<void>;
}

export interface RecordDefinition<Row = unknown> {
  /** First part of the record's key: `<type>:<id>`. Two letters or more, lower case. */
  readonly type: string;
  readonly target: Target;
  /** The record as it stands in Forge, without its version. An entity's must be an object of its attributes. */
  encode(row: Row): Json;
  readonly source: RecordSource<Row>;
}

/**
 * Says what a record of one type is: its key, its form in Forge, how it is read and how it is compared. Throws
 * `record.type_invalid` when the type would collide with the layer's own keys.
 */
export function defineRecord<Row>(definition: RecordDefinition<Row>): RecordDefinition<Row> {
  const { type } = definition;
  const reserved = RESERVED_PREFIXES.some((prefix) => `${type}:`.startsWith(prefix));
  if (!/^[a-z][a-z0-9-]+$/.test(type) || reserved) {
    throw new LayerError('record.type_invalid', `"${type}" can't be a record type`);
  }
  return Object.freeze(definition);
}

/** All record types of a group, by type. */
export interface GroupDefinition {
  readonly group: string;
  /** Mapping version: raise it whenever `encode` changes what is stored. */
  readonly mapping: number;
  readonly records: ReadonlyMap<string, RecordDefinition>;
  /** Bytes of JSON text from which a value lies in parts. */
  readonly valueBytes: number;
}

/**
 * Joins record types into a group. Each type may appear once. `valueBytes` is what Forge takes in one value; a smaller one is
 * for trying out parts with small records. Like `encode`, it belongs to the mapping: all processes have to agree.
 */
export function defineGroup(options: {
  group: string;
  mapping: number;
  records: readonly RecordDefinition[];
  /** (Default: 240 KiB) */
  valueBytes?: number;
}): GroupDefinition {
  const records = new Map<string, RecordDefinition>();
  for (const record of options.records) {
    if (records.has(record.type)) {
      throw new LayerError('record.type_invalid', `record type "${record.type}" is defined twice`);
    }
    records.set(record.type, record);
  }
  const { group, mapping, valueBytes = MAX_VALUE_BYTES } = options;
  return Object.freeze({ group, mapping, records, valueBytes });
}

/** Splits `<type>:<id>`. */
export function splitKey(key: string): { type: string; id: string } {
  const at = key.indexOf(':');
  return { type: key.slice(0, at), id: key.slice(at + 1) };
}
