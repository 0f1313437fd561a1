import type { DatabaseSync } from 'node:sqlite';
import type { Seen } from './seen.ts';
import type { SpaceTable } from './space-table.ts';
import { SECRET } from './spaces.ts';
import { Query } from './sqlite.ts';

/** Copies and takes away the data of whole installations inside the file. All of it must run inside `Atomic.run`. */
export class SpaceCopier {
  readonly #spaces: SpaceTable;
  readonly #seen: Seen;
  readonly #lastVersion: Query<{ id: number }>;
  readonly #versions: Query<never>;
  readonly #current: Query<never>;
  readonly #seenRows: Query<never>;
  readonly #entries: Query<never>;

  constructor(db: DatabaseSync, spaces: SpaceTable, seen: Seen) {
    this.#spaces = spaces;
    this.#seen = seen;
    this.#lastVersion = new Query(db, 'select coalesce(max(id), 0) as id from version');
    this.#versions = new Query(
      db,
      `insert into version (space, key, value, created_at, updated_at, expires_at, gone_at, entries)
       select ?2, v.key, v.value, v.created_at, v.updated_at, v.expires_at, v.gone_at, v.entries
       from current c cross join version v on v.id = c.version where c.space = ?1 order by c.key`,
    );
    const copied = 'from version where id > ?1 and space = ?2';
    this.#current = new Query(
      db,
      `insert into current (space, key, version, visible_at) select space, key, id, 0 ${copied}`,
    );
    this.#seenRows = new Query(
      db,
      `insert into seen (space, key, version) select space, key, id ${copied}`,
    );
    this.#entries = new Query(
      db,
      `insert into index_entry (space, name, part, range_value, key, version)
       select v.space, e.value ->> 0, e.value ->> 1, e.value ->> 2, v.key, v.id
       from version v, json_each(v.entries) e where v.id > ?1 and v.space = ?2`,
    );
  }

  /** Copies the current items, their times and schemas as they are; queries see all of the copy at once. */
  copy(fromInstallation: number, toInstallation: number): void {
    for (const { id, name, schema } of this.#spaces.list(fromInstallation)) {
      const last = this.#lastVersion.get()?.id ?? 0;
      const copy = this.#spaces.make(toInstallation, name);
      this.#spaces.setSchema(copy, schema);
      this.#versions.run(id, copy);
      this.#current.run(last, copy);
      // Secrets are never queried.
      if (name !== SECRET) this.#seenRows.run(last, copy);
      this.#entries.run(last, copy);
    }
  }

  /** Makes all spaces of one installation those of another one. */
  move(fromInstallation: number, toInstallation: number): void {
    for (const { id } of this.#spaces.list(fromInstallation)) this.#spaces.give(id, toInstallation);
  }

  /** Takes everything from an installation; the sweeper removes it by and by. */
  takeAway(installation: number): void {
    for (const { id } of this.#spaces.list(installation)) {
      this.#seen.settleSpace(id);
      this.#spaces.doom(id);
    }
  }
}
