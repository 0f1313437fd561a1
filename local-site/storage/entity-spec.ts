import type { EntitySchema } from '../types.ts';

export type AttributeType = EntitySchema['attributes'][string];

/** A declared entity in the shape the store works with. */
export interface EntitySpec {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, AttributeType>;
  readonly indexes: ReadonlyMap<string, IndexSpec>;
}

export interface IndexSpec {
  readonly name: string;
  readonly partition: readonly string[];
  /** The one attribute that orders the index. */
  readonly range: string;
}

/** The free index that every entity has: all its items in key order. */
export const BY_KEY = 'by-key';

export type RecordValue = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is RecordValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema must have passed `checkEntities`. */
export function specOf(schema: EntitySchema): EntitySpec {
  const indexes = schema.indexes.flatMap(({ name, partition, range }) =>
    range[0] === undefined ? [] : [{ name, partition, range: range[0] }],
  );
  return {
    name: schema.name,
    attributes: new Map(Object.entries(schema.attributes)),
    indexes: new Map(indexes.map((index) => [index.name, index])),
  };
}
