import type { DatabaseSync } from 'node:sqlite';
import type { EntitySpec, IndexSpec, RecordValue } from './entity-spec.ts';
import { isRecord } from './entity-spec.ts';
import { Query } from './sqlite.ts';

/** A range value as SQLite orders it: numbers among numbers, text by its bytes; booleans are 0 and 1. */
export type RangeValue = number | string;

/** Name of the index; JSON of the partition values in declared order, `[]` without partition; range value. */
export type IndexEntry = readonly [name: string, part: string, range: RangeValue];

/** The entries of one item. An index that misses one of its attributes in the value leaves the item out. */
export function indexEntriesOf(spec: EntitySpec, value: RecordValue): IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (const index of spec.indexes.values()) {
    const entry = indexEntryOf(index, value);
    if (entry) entries.push(entry);
  }
  return entries;
}

/** The entries as they stand beside the version: JSON, or null where there can be none. */
export function entriesText(spec: EntitySpec | undefined, value: unknown): string | null {
  if (spec === undefined || spec.indexes.size === 0 || !isRecord(value)) return null;
  return JSON.stringify(indexEntriesOf(spec, value));
}

function indexEntryOf(index: IndexSpec, value: RecordValue): IndexEntry | undefined {
  const range = toRangeValue(value[index.range]);
  const partition = index.partition.map((attribute) => value[attribute]);
  if (range === undefined || partition.includes(undefined)) return undefined;
  return [index.name, JSON.stringify(partition), range];
}

export function toRangeValue(value: unknown): RangeValue | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

/** The rows of `index_entry`: those of the versions that queries see. */
export class IndexEntries {
  readonly #insert: Query<never>;
  readonly #delete: Query<never>;
  readonly #clear: Query<never>;

  constructor(db: DatabaseSync) {
    this.#insert = new Query(
      db,
      'insert or replace into index_entry (space, name, part, range_value, key, version) values (?, ?, ?, ?, ?, ?)',
    );
    this.#delete = new Query(
      db,
      'delete from index_entry where space = ? and name = ? and part = ? and range_value = ? and key = ?',
    );
    this.#clear = new Query(db, 'delete from index_entry where space = ?');
  }

  add(space: number, key: string, version: number, entries: string | null): void {
    for (const [name, part, range] of read(entries)) {
      this.#insert.run(space, name, part, range, key, version);
    }
  }

  remove(space: number, key: string, entries: string | null): void {
    for (const [name, part, range] of read(entries))
      this.#delete.run(space, name, part, range, key);
  }

  clear(space: number): void {
    this.#clear.run(space);
  }
}

/** Our own text, written by `entriesText`. */
function read(entries: string | null): readonly IndexEntry[] {
  return entries === null ? [] : (JSON.parse(entries) as IndexEntry[]);
}
