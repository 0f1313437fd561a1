import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { StoreUsageError } from './errors.ts';

const VERSION = 1;

/*
 * item          the current version of every item; what a strict read sees.
 * recent        versions that were replaced less than one lag ago (value null: the item did not exist), in order of `seq`.
 *               A query sees the first row of a key whose `until` is not over, and without one the current version. Rows
 *               only ever drop out, so what a query sees of a key never goes backwards.
 * index_entry   one row per current entity item and declared index that covers it: `part` is the JSON of the partition
 *               values, `range_value` has the type of its attribute.
 * space         a name space of one installation: plain keys, secrets, or one entity with its declared schema.
 * An item past its `gone_at` counts as absent everywhere; its row goes when the key is written or deleted again.
 * A rowid table for items on purpose: new rows are appended, only the small key index is hit at random places.
 */
const DDL = `
  create table installation (
    id integer primary key,
    ari text not null unique,
    read_units integer not null default 0,
    write_units integer not null default 0,
    requests integer not null default 0,
    throttled integer not null default 0
  );
  create table space (
    id integer primary key,
    installation integer not null,
    name text not null,
    schema text,
    unique (installation, name)
  );
  create table item (
    id integer primary key,
    space integer not null,
    key text not null,
    value text not null,
    created_at integer not null,
    updated_at integer not null,
    expires_at integer,
    gone_at integer
  );
  create unique index item_key on item (space, key);
  create table recent (
    space integer not null,
    key text not null,
    seq integer not null,
    until integer not null,
    value text,
    created_at integer,
    updated_at integer,
    expires_at integer,
    gone_at integer,
    primary key (space, key, seq)
  ) without rowid;
  create index recent_until on recent (until);
  create table index_entry (
    space integer not null,
    name text not null,
    part text not null,
    range_value not null,
    key text not null,
    primary key (space, name, part, range_value, key)
  ) without rowid;
  pragma user_version = ${String(VERSION)};
`;

/**
 * Opens or makes the store's file (`:memory:` for none). Write-ahead log without syncing: what was answered survives the
 * death of the process, not of the machine. Throws `StoreUsageError` for a file of another version.
 */
export function openSqlite(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec(`
    pragma page_size = 8192;
    pragma journal_mode = wal;
    pragma synchronous = off;
    pragma cache_size = -32768;
    pragma temp_store = memory;
  `);
  const found = Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0);
  if (found === 0) db.exec(DDL);
  else if (found !== VERSION) {
    db.close();
    throw new StoreUsageError(
      'foreign_store_file',
      `${file} was written by another version of the store (${found}, not ${VERSION}). Remove it, or use that version.`,
    );
  }
  return db;
}

/** A prepared statement whose rows have a known shape. The shape is trusted: the tables are our own. */
export class Query<Row> {
  readonly #statement: StatementSync;

  constructor(db: DatabaseSync, sql: string) {
    this.#statement = db.prepare(sql);
  }

  get(...params: SQLInputValue[]): Row | undefined {
    return this.#statement.get(...params) as Row | undefined;
  }

  all(...params: SQLInputValue[]): Row[] {
    return this.#statement.all(...params) as Row[];
  }

  getNamed(params: Record<string, SQLInputValue>): Row | undefined {
    return this.#statement.get(params) as Row | undefined;
  }

  allNamed(params: Record<string, SQLInputValue>): Row[] {
    return this.#statement.all(params) as Row[];
  }

  run(...params: SQLInputValue[]): void {
    this.#statement.run(...params);
  }
}

/** Runs `work` in one transaction of the file; anything thrown undoes all of it. Not to be nested. */
export class Atomic {
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;

  constructor(db: DatabaseSync) {
    this.#begin = db.prepare('begin immediate');
    this.#commit = db.prepare('commit');
    this.#rollback = db.prepare('rollback');
  }

  run<Result>(work: () => Result): Result {
    this.#begin.run();
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (error) {
      this.#rollback.run();
      throw error;
    }
  }
}
