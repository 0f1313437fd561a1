import type { DatabaseSync } from 'node:sqlite';
import { entriesText } from './index-entries.ts';
import type { IndexEntries } from './index-entries.ts';
import type { Space } from './spaces.ts';
import { Query } from './sqlite.ts';

interface Row {
  readonly id: number;
  readonly key: string;
  readonly value: string;
}

const CHUNK = 500;

/** Builds the indexes of a space anew, after its entity was declared otherwise. */
export class IndexBuilder {
  readonly #indexes: IndexEntries;
  readonly #seen: Query<Row>;
  readonly #current: Query<Row>;
  readonly #between: Query<Row>;
  readonly #setEntries: Query<never>;

  constructor(db: DatabaseSync, indexes: IndexEntries) {
    this.#indexes = indexes;
    this.#seen = new Query(db, versionsIn('seen'));
    this.#current = new Query(db, versionsIn('current'));
    this.#between = new Query(
      db,
      `select v.id, v.key, v.value from pending p join version v on v.id = p.version
       left join current c on c.space = p.space and c.key = p.key
       where p.space = ? and c.version is not p.version`,
    );
    this.#setEntries = new Query(db, 'update version set entries = ? where id = ?');
  }

  /** Expired items too: they may be replaced later, and then their entries must be there to be removed. Inside `Atomic.run`. */
  rebuild(space: Space): void {
    this.#indexes.clear(space.id);
    for (const row of this.#walk(this.#seen, space)) {
      this.#indexes.add(space.id, row.key, row.id, this.#renew(space, row));
    }
    // What queries do not see yet enters the index when they do, from the text beside the version.
    for (const row of this.#walk(this.#current, space)) this.#renew(space, row);
    for (const row of this.#between.all(space.id)) this.#renew(space, row);
  }

  #renew(space: Space, row: Row): string | null {
    const entries = entriesText(space.spec, JSON.parse(row.value));
    this.#setEntries.run(entries, row.id);
    return entries;
  }

  *#walk(query: Query<Row>, space: Space): Generator<Row> {
    let after = '';
    for (;;) {
      const rows = query.all(space.id, after);
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < CHUNK) return;
      after = last.key;
    }
  }
}

function versionsIn(table: 'seen' | 'current'): string {
  return `
    select v.id, v.key, v.value from ${table} t cross join version v on v.id = t.version
    where t.space = ? and t.key > ? order by t.key limit ${CHUNK}`;
}
