import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { StoreUsageError } from './errors.ts';
import { TABLES, TABLES_VERSION } from './tables.ts';

/** Pages in the log before they move to the file: 32 MB. A quarter of that costs a fifth of the speed. */
const CHECKPOINT_PAGES = 4_000;

/**
 * Opens or makes the store's file (`:memory:` for none). Write-ahead log with `synchronous = normal`: what was answered
 * survives the death of the process. A power cut may take back the last seconds that were answered, never half of a write or
 * of a transaction, and never breaks the file (sqlite.org/wal.html). Throws `StoreUsageError` for a file of another version.
 */
export function openSqlite(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec(`
    pragma page_size = 8192;
    pragma journal_mode = wal;
    pragma synchronous = normal;
    pragma wal_autocheckpoint = ${CHECKPOINT_PAGES};
    pragma cache_size = -32768;
    pragma temp_store = memory;
  `);
  const found = Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0);
  if (found === 0) db.exec(TABLES);
  else if (found !== TABLES_VERSION) {
    db.close();
    throw new StoreUsageError(
      'foreign_store_file',
      `${file} was written by another version of the store (${found}, not ${TABLES_VERSION}). Remove it, or use that version.`,
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

  /** Runs a change and gives how many rows it touched. */
  change(...params: SQLInputValue[]): number {
    return Number(this.#statement.run(...params).changes);
  }

  /** Runs an insert and gives the row's id. */
  insert(...params: SQLInputValue[]): number {
    return Number(this.#statement.run(...params).lastInsertRowid);
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
