import type { DatabaseSync } from 'node:sqlite';
import { entriesText } from './index-entries.ts';
import type { Seen, State } from './seen.ts';
import type { Space } from './spaces.ts';
import { Query } from './sqlite.ts';
import type { Expiry } from './ttl.ts';
import type { CheckedValue } from './values.ts';

/** One version of an item as it lies in the file; `value` is JSON text. */
export interface Item {
  readonly key: string;
  readonly value: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly expires_at: number | null;
}

export interface Scan {
  /** First key, inclusive. */
  readonly from: string;
  /** End of the keys, exclusive. */
  readonly to: string;
  readonly limit: number;
  readonly descending?: boolean;
}

interface Head extends State {
  readonly created_at: number | null;
  readonly gone_at: number | null;
}

export const ITEM_COLUMNS = 'v.key, v.value, v.created_at, v.updated_at, v.expires_at';
export const ALIVE = '(v.gone_at is null or v.gone_at > :now)';

/**
 * Items in the file, read strictly or as a lagging reader sees them. Knows nothing of limits, quotas and the wire. Writes
 * must run inside `Atomic.run`, lagging reads outside of it.
 */
export class Items {
  readonly #seen: Seen;
  readonly #head: Query<Head>;
  readonly #addVersion: Query<never>;
  readonly #dropVersion: Query<never>;
  readonly #setCurrent: Query<never>;
  readonly #dropCurrent: Query<never>;
  readonly #strict: Query<Item>;
  readonly #lagging: Query<Item>;
  readonly #strictScan: Query<Item>;
  readonly #scanUp: Query<Item>;
  readonly #scanDown: Query<Item>;

  constructor(db: DatabaseSync, seen: Seen) {
    this.#seen = seen;
    this.#head = new Query(
      db,
      `select c.version, c.visible_at, v.created_at, v.gone_at
       from current c left join version v on v.id = c.version where c.space = ? and c.key = ?`,
    );
    this.#addVersion = new Query(
      db,
      `insert into version (space, key, value, created_at, updated_at, expires_at, gone_at, entries)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#dropVersion = new Query(db, 'delete from version where id = ?');
    this.#setCurrent = new Query(
      db,
      'insert or replace into current (space, key, version, visible_at) values (?, ?, ?, ?)',
    );
    this.#dropCurrent = new Query(db, 'delete from current where space = ? and key = ?');
    this.#strict = new Query(db, one('current'));
    this.#lagging = new Query(db, one('seen'));
    this.#strictScan = new Query(db, scan('current', 'asc'));
    this.#scanUp = new Query(db, scan('seen', 'asc'));
    this.#scanDown = new Query(db, scan('seen', 'desc'));
  }

  /** The current version. */
  read(space: Space, key: string, now: number): Item | undefined {
    return this.#strict.getNamed({ space: space.id, key, now });
  }

  /** What a query would see. */
  readLagging(space: Space, key: string, now: number): Item | undefined {
    this.#seen.settle(now);
    return this.#lagging.getNamed({ space: space.id, key, now });
  }

  put(space: Space, key: string, value: CheckedValue, expiry: Expiry, now: number): void {
    const head = this.#head.get(space.id, key);
    const alive = head?.version != null && (head.gone_at === null || head.gone_at > now);
    const createdAt = alive ? (head.created_at ?? now) : now;
    const entries = entriesText(space.spec, value.parsed);
    const { expiresAt, goneAt } = expiry;
    const version = this.#addVersion.insert(
      ...[space.id, key, value.text, createdAt, now, expiresAt, goneAt, entries],
    );
    this.#replace(space, key, head, { version, entries }, now);
  }

  remove(space: Space, key: string, now: number): void {
    const head = this.#head.get(space.id, key);
    if (head?.version == null) return;
    this.#replace(space, key, head, { version: null, entries: null }, now);
  }

  /** Items as a query sees them, in key order. */
  scan(space: Space, scan: Scan, now: number): Item[] {
    this.#seen.settle(now);
    const { from, to, limit } = scan;
    const query = scan.descending ? this.#scanDown : this.#scanUp;
    return query.allNamed({ space: space.id, from, to, limit, now });
  }

  /** Current versions in key order. */
  scanStrict(space: Space, scan: Scan, now: number): Item[] {
    const { from, to, limit } = scan;
    return this.#strictScan.allNamed({ space: space.id, from, to, limit, now });
  }

  #replace(
    space: Space,
    key: string,
    head: Head | undefined,
    next: { readonly version: number | null; readonly entries: string | null },
    now: number,
  ): void {
    let visibleAt = 0;
    if (space.kind !== 'secret') visibleAt = this.#seen.change(space.id, key, head, next, now);
    else if (head?.version != null) this.#dropVersion.run(head.version);
    if (next.version === null && visibleAt === 0) this.#dropCurrent.run(space.id, key);
    else this.#setCurrent.run(space.id, key, next.version, visibleAt);
  }
}

function one(table: 'current' | 'seen'): string {
  return `
    select ${ITEM_COLUMNS} from ${table} t cross join version v on v.id = t.version
    where t.space = :space and t.key = :key and ${ALIVE}`;
}

function scan(table: 'current' | 'seen', order: 'asc' | 'desc'): string {
  return `
    select ${ITEM_COLUMNS} from ${table} t cross join version v on v.id = t.version
    where t.space = :space and t.key >= :from and t.key < :to and ${ALIVE}
    order by t.key ${order} limit :limit`;
}
