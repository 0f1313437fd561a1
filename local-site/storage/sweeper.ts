import type { DatabaseSync } from 'node:sqlite';
import type { IndexEntries } from './index-entries.ts';
import type { SpaceTable } from './space-table.ts';
import { Query } from './sqlite.ts';
import type { Atomic } from './sqlite.ts';

/** Rows removed in one go, so that no request waits long for it. */
const CHUNK = 500;

interface ExpiredVersion {
  readonly id: number;
  readonly space: number;
  readonly key: string;
  readonly entries: string | null;
  readonly is_current: number;
  readonly is_seen: number;
  readonly visible_at: number | null;
}

/** Removes what nobody can see any more: items past their time, and the data of spaces that belong to nobody. */
export class Sweeper {
  readonly #atomic: Atomic;
  readonly #indexes: IndexEntries;
  readonly #spaces: SpaceTable;
  readonly #expired: Query<ExpiredVersion>;
  readonly #keys: Query<{ key: string; version: number | null }>;
  readonly #dropVersion: Query<never>;
  readonly #dropCurrent: Query<never>;
  readonly #dropSeen: Query<never>;
  readonly #dropEntries: Query<never>;

  constructor(db: DatabaseSync, atomic: Atomic, indexes: IndexEntries, spaces: SpaceTable) {
    this.#atomic = atomic;
    this.#indexes = indexes;
    this.#spaces = spaces;
    this.#expired = new Query(
      db,
      `select v.id, v.space, v.key, v.entries, c.visible_at,
         c.version is v.id as is_current, s.version is v.id as is_seen
       from version v
       left join current c on c.space = v.space and c.key = v.key
       left join seen s on s.space = v.space and s.key = v.key
       where v.gone_at <= ? order by v.gone_at limit ${CHUNK}`,
    );
    this.#keys = new Query(db, `select key, version from current where space = ? limit ${CHUNK}`);
    this.#dropVersion = new Query(db, 'delete from version where id = ?');
    this.#dropCurrent = new Query(db, 'delete from current where space = ? and key = ?');
    this.#dropSeen = new Query(db, 'delete from seen where space = ? and key = ?');
    this.#dropEntries = new Query(
      db,
      `delete from index_entry where space = ?1 and (name, part, range_value, key) in
         (select name, part, range_value, key from index_entry where space = ?1 limit ${CHUNK})`,
    );
  }

  /**
   * Removes items past their `gone_at`; queries must have been settled. What queries do not see yet stays until they do.
   * Returns whether there may be more.
   */
  expired(now: number): boolean {
    return this.#atomic.run(() => {
      const rows = this.#expired.all(now);
      let removed = 0;
      for (const { id, space, key, entries, is_current, is_seen, visible_at } of rows) {
        const waiting = is_current ? (visible_at ?? 0) > now : !is_seen;
        if (waiting) continue;
        removed += 1;
        if (is_current) this.#dropCurrent.run(space, key);
        if (is_seen) {
          this.#dropSeen.run(space, key);
          this.#indexes.remove(space, key, entries);
        }
        this.#dropVersion.run(id);
      }
      return rows.length === CHUNK && removed > 0;
    });
  }

  /** Removes a part of a space that belongs to nobody. Returns whether there may be more. */
  doomed(): boolean {
    const space = this.#spaces.doomed();
    if (space === undefined) return false;
    this.#atomic.run(() => {
      const keys = this.#keys.all(space);
      for (const { key, version } of keys) {
        if (version !== null) this.#dropVersion.run(version);
        this.#dropSeen.run(space, key);
        this.#dropCurrent.run(space, key);
      }
      const entries = this.#dropEntries.change(space);
      if (keys.length === 0 && entries === 0) this.#spaces.forget(space);
    });
    return true;
  }
}
