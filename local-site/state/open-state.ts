import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { StateError } from './state-error.ts';
import type { State } from './state.ts';

/** Raised when records change their meaning. A file with another number is refused, never guessed at. */
const FORMAT = 1;
/** The owner alone: the file holds signing keys and shared secrets that were made on the spot. */
const OWNER_ONLY = 0o600;

/**
 * Opens the state file, or makes it. Every change is one transaction of SQLite: a crash leaves the old record or the new one.
 *
 * @throws StateError `state_unreadable`
 */
export function openState(file: string): State {
  const db = openFile(file);
  const select = db.prepare('select key, value from record where kind = ? order by id');
  const upsert = db.prepare(
    'insert into record (kind, key, value) values (?, ?, ?) on conflict (kind, key) do update set value = excluded.value',
  );
  const remove = db.prepare('delete from record where kind = ? and key = ?');
  let isOpen = true;
  let depth = 0;
  return {
    read<T>(kind: string, schema: z.ZodType<T>): Map<string, T> {
      const records = new Map<string, T>();
      for (const { key, value } of select.all(kind)) {
        records.set(String(key), parsed(file, `${kind} ${String(key)}`, schema, String(value)));
      }
      return records;
    },
    put(kind, key, value) {
      if (isOpen) upsert.run(kind, key, JSON.stringify(value));
    },
    remove(kind, key) {
      if (isOpen) remove.run(kind, key);
    },
    atomically(work) {
      if (!isOpen || depth > 0) return work();
      db.exec('begin immediate');
      depth += 1;
      try {
        const result = work();
        db.exec('commit');
        return result;
      } catch (error) {
        db.exec('rollback');
        throw error;
      } finally {
        depth -= 1;
      }
    },
    close() {
      if (isOpen) db.close();
      isOpen = false;
    },
  };
}

function openFile(file: string): DatabaseSync {
  try {
    // SQLite gives its side files the mode of the main one, so that one has to be right before it is opened.
    closeSync(openSync(file, 'a', OWNER_ONLY));
    chmodSync(file, OWNER_ONLY);
    const db = new DatabaseSync(file);
    db.exec('pragma journal_mode = wal; pragma synchronous = normal;');
    const found = Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0);
    if (found !== 0 && found !== FORMAT) {
      db.close();
      throw new Error(`It has format ${found}, this version writes ${FORMAT}.`);
    }
    db.exec(
      `pragma user_version = ${FORMAT};
       create table if not exists record (
         id integer primary key, kind text not null, key text not null, value text not null, unique (kind, key)
       ) strict;`,
    );
    return db;
  } catch (error) {
    throw new StateError('state_unreadable', unreadable(file), error);
  }
}

function parsed<T>(file: string, what: string, schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const message = `${what} in ${file} is damaged. Delete the folder to start with empty sites.`;
    throw new StateError('state_damaged', message, error);
  }
}

function unreadable(file: string): string {
  return `${file} cannot be read as the state of a local site. Delete its folder to start with empty sites.`;
}
