import type { DatabaseSync } from 'node:sqlite';
import type { EntitySpec, IndexSpec, RecordValue } from './entity-spec.ts';
import { Query } from './sqlite.ts';

/** A range value as SQLite orders it: numbers among numbers, text by its bytes; booleans are 0 and 1. */
export type RangeValue = number | string;

export interface IndexEntry {
  readonly name: string;
  /** JSON of the partition values in declared order; `[]` without partition. */
  readonly part: string;
  readonly range: RangeValue;
}

/** The entries of one item. An index that misses one of its attributes in the value leaves the item out. */
export function indexEntriesOf(spec: EntitySpec, value: RecordValue): IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (const index of spec.indexes.values()) {
    const entry = indexEntryOf(index, value);
    if (entry) entries.push(entry);
  }
  return entries;
}

export function indexEntryOf(index: IndexSpec, value: RecordValue): IndexEntry | undefined {
  const range = toRangeValue(value[index.range]);
  const partition = index.partition.map((attribute) => value[attribute]);
  if (range === undefined || partition.includes(undefined)) return undefined;
  return { name: index.name, part: JSON.stringify(partition), range };
}

export function toRangeValue(value: unknown): RangeValue | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

/** Keeps `index_entry` in step with the current version of entity items. */
export class IndexEntries {
  readonly #insert: Query<never>;
  readonly #delete: Query<never>;
  readonly #clear: Query<never>;

  constructor(db: DatabaseSync) {
    this.#insert = new Query(
      db,
      'insert or replace into index_entry (space, name, part, range_value, key) values (?, ?, ?, ?, ?)',
    );
    this.#delete = new Query(
      db,
      'delete from index_entry where space = ? and name = ? and part = ? and range_value = ? and key = ?',
    );
    this.#clear = new Query(db, 'delete from index_entry where space = ?');
  }

  add(space: number, spec: EntitySpec, key: string, value: RecordValue): void {
    for (const { name, part, range } of indexEntriesOf(spec, value)) {
      this.#insert.run(space, name, part, range, key);
    }
  }

  remove(space: number, spec: EntitySpec, key: string, value: RecordValue): void {
    for (const { name, part, range } of indexEntriesOf(spec, value)) {
      this.#delete.run(space, name, part, range, key);
    }
  }

  clear(space: number): void {
    this.#clear.run(space);
  }
}
