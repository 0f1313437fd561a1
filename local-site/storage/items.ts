import type { DatabaseSync } from 'node:sqlite';
import { isRecord } from './entity-spec.ts';
import type { IndexEntries } from './index-entries.ts';
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

interface Head {
  readonly id: number;
  readonly created_at: number;
  readonly gone_at: number | null;
  readonly value: string | null;
}

const COLUMNS = 'key, value, created_at, updated_at, expires_at';
const ALIVE = '(gone_at is null or gone_at > :now)';

/**
 * Items in the file, read strictly or as a lagging reader sees them. Knows nothing of limits, quotas and the wire. Writes
 * must run inside `Atomic.run`.
 */
export class Items {
  readonly #drawLag: () => number;
  readonly #indexes: IndexEntries;
  readonly #head: Query<Head>;
  readonly #insert: Query<never>;
  readonly #update: Query<never>;
  readonly #delete: Query<never>;
  readonly #rememberVersion: Query<never>;
  readonly #rememberAbsence: Query<never>;
  readonly #forget: Query<never>;
  readonly #strict: Query<Item>;
  readonly #earlier: Query<
    { [Column in keyof Item]: Item[Column] | null } & { gone_at: number | null }
  >;
  readonly #strictScan: Query<Item>;
  readonly #scanUp: Query<Item>;
  readonly #scanDown: Query<Item>;
  #seq: number;
  #forgotAt = 0;

  /** `drawLag` gives the lag in milliseconds of each change; 0 keeps no earlier version. */
  constructor(db: DatabaseSync, indexes: IndexEntries, drawLag: () => number) {
    this.#drawLag = drawLag;
    this.#indexes = indexes;
    this.#head = new Query(
      db,
      `select id, created_at, gone_at, case when ?3 then value end as value from item where space = ?1 and key = ?2`,
    );
    this.#insert = new Query(
      db,
      `insert into item (space, key, value, created_at, updated_at, expires_at, gone_at) values (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = new Query(
      db,
      `update item set value = ?, created_at = ?, updated_at = ?, expires_at = ?, gone_at = ? where id = ?`,
    );
    this.#delete = new Query(db, 'delete from item where id = ?');
    this.#rememberVersion = new Query(
      db,
      `insert into recent select ?1, ?2, ?3, ?4, value, created_at, updated_at, expires_at, gone_at
       from item where id = ?5`,
    );
    this.#rememberAbsence = new Query(
      db,
      `insert into recent (space, key, seq, until) values (?1, ?2, ?3, ?4)`,
    );
    this.#forget = new Query(db, 'delete from recent where until <= ?');
    this.#strict = new Query(
      db,
      `select ${COLUMNS} from item where space = :space and key = :key and ${ALIVE}`,
    );
    this.#earlier = new Query(
      db,
      `select ${COLUMNS}, gone_at from recent where space = ? and key = ? and until > ? order by seq limit 1`,
    );
    this.#strictScan = new Query(
      db,
      `select ${COLUMNS} from item where space = :space and key >= :from and key < :to and ${ALIVE}
       order by key limit :limit`,
    );
    this.#scanUp = new Query(db, laggingScan('asc'));
    this.#scanDown = new Query(db, laggingScan('desc'));
    const last = new Query<{ seq: number }>(db, 'select coalesce(max(seq), 0) as seq from recent');
    this.#seq = last.get()?.seq ?? 0;
  }

  /** The current version. */
  read(space: Space, key: string, now: number): Item | undefined {
    return this.#strict.getNamed({ space: space.id, key, now });
  }

  /** What a query would see. */
  readLagging(space: Space, key: string, now: number): Item | undefined {
    const earlier = this.#earlier.get(space.id, key, now);
    if (!earlier) return this.read(space, key, now);
    const { value, created_at, updated_at } = earlier;
    if (value === null || created_at === null || updated_at === null) return undefined;
    if (earlier.gone_at !== null && earlier.gone_at <= now) return undefined;
    return { key, value, created_at, updated_at, expires_at: earlier.expires_at };
  }

  put(space: Space, key: string, value: CheckedValue, expiry: Expiry, now: number): void {
    const old = this.#replace(space, key, now);
    const alive = old !== undefined && (old.gone_at === null || old.gone_at > now);
    const createdAt = alive ? old.created_at : now;
    if (old) this.#update.run(value.text, createdAt, now, expiry.expiresAt, expiry.goneAt, old.id);
    else this.#insert.run(space.id, key, value.text, now, now, expiry.expiresAt, expiry.goneAt);
    if (space.spec && space.spec.indexes.size > 0 && isRecord(value.parsed)) {
      this.#indexes.add(space.id, space.spec, key, value.parsed);
    }
  }

  remove(space: Space, key: string, now: number): void {
    const old = this.#replace(space, key, now, true);
    if (old) this.#delete.run(old.id);
  }

  /** Items as a query sees them, in key order. */
  scan(space: Space, scan: Scan, now: number): Item[] {
    const { from, to, limit } = scan;
    const query = scan.descending ? this.#scanDown : this.#scanUp;
    return query.allNamed({ space: space.id, from, to, limit, now });
  }

  /** Current versions in key order. */
  scanStrict(space: Space, scan: Scan, now: number): Item[] {
    const { from, to, limit } = scan;
    return this.#strictScan.allNamed({ space: space.id, from, to, limit, now });
  }

  /** Puts the current version, if any, aside for lagging readers and takes it out of the indexes. */
  #replace(space: Space, key: string, now: number, removing = false): Head | undefined {
    const indexed = space.spec !== undefined && space.spec.indexes.size > 0;
    const old = this.#head.get(space.id, key, indexed ? 1 : 0);
    if (old || !removing) this.#remember(space, key, old, now);
    if (indexed && old?.value != null) {
      const value: unknown = JSON.parse(old.value);
      if (isRecord(value)) this.#indexes.remove(space.id, space.spec, key, value);
    }
    return old;
  }

  #remember(space: Space, key: string, old: Head | undefined, now: number): void {
    if (space.kind === 'secret') return;
    const lag = this.#drawLag();
    if (lag <= 0) return;
    if (now - this.#forgotAt >= 250) {
      this.#forget.run(now);
      this.#forgotAt = now;
    }
    const seq = ++this.#seq;
    if (old) this.#rememberVersion.run(space.id, key, seq, now + lag, old.id);
    else this.#rememberAbsence.run(space.id, key, seq, now + lag);
  }
}

/** Current versions of untouched keys, merged with the oldest version still to be seen of the others. */
function laggingScan(order: 'asc' | 'desc'): string {
  return `
    select ${COLUMNS} from item
    where space = :space and key >= :from and key < :to and ${ALIVE}
      and not exists (
        select 1 from recent r where r.space = :space and r.key = item.key and r.until > :now)
    union all
    select ${COLUMNS} from recent
    where space = :space and key >= :from and key < :to and until > :now and value is not null and ${ALIVE}
      and seq = (
        select min(r.seq) from recent r where r.space = :space and r.key = recent.key and r.until > :now)
    order by key ${order} limit :limit`;
}
