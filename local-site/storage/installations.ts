import type { DatabaseSync } from 'node:sqlite';
import type { EntitySchema } from '../types.ts';
import type { Tenant } from './engine.ts';
import { isRecord } from './entity-spec.ts';
import { StoreUsageError } from './errors.ts';
import type { IndexEntries } from './index-entries.ts';
import type { Items } from './items.ts';
import { endOfPrefix, firstAfter } from './keys.ts';
import type { StorageLimits } from './limits.ts';
import { Quota } from './quota.ts';
import { SpaceTable, Spaces } from './spaces.ts';
import type { Space } from './spaces.ts';
import { Query } from './sqlite.ts';
import type { Atomic } from './sqlite.ts';
import type { StorageSwitches } from './switches.ts';

interface InstallationRow {
  readonly id: number;
  readonly read_units: number;
  readonly write_units: number;
  readonly requests: number;
  readonly throttled: number;
}

/** Items read at a time where all of an installation are walked through. */
const WALK_ITEMS = 500;

/** The installations in the file. What one has used is counted in memory and saved by `saveUsage`. */
export class Installations {
  readonly #tenants = new Map<string, Tenant>();
  readonly #spaceTable: SpaceTable;
  readonly #find: Query<InstallationRow>;
  readonly #insert: Query<never>;
  readonly #save: Query<never>;
  readonly #parts: Parts;

  constructor(db: DatabaseSync, parts: Parts) {
    this.#parts = parts;
    this.#spaceTable = new SpaceTable(db);
    this.#find = new Query(
      db,
      'select id, read_units, write_units, requests, throttled from installation where ari = ?',
    );
    this.#insert = new Query(db, 'insert or ignore into installation (ari) values (?)');
    this.#save = new Query(
      db,
      'update installation set read_units = ?, write_units = ?, requests = ?, throttled = ? where id = ?',
    );
  }

  /** Idempotent. */
  open(ari: string): void {
    this.#insert.run(ari);
  }

  /** Throws `StoreUsageError` for an installation that was never opened. */
  get(ari: string): Tenant {
    const known = this.#tenants.get(ari);
    if (known) return known;
    const row = this.#find.get(ari);
    if (!row) {
      throw new StoreUsageError(
        'unknown_installation',
        `The store knows no installation ${ari}. Call open() first.`,
      );
    }
    const usage = {
      readUnits: row.read_units,
      writeUnits: row.write_units,
      requests: row.requests,
      throttled: row.throttled,
    };
    const tenant: Tenant = {
      id: row.id,
      spaces: new Spaces(this.#spaceTable, row.id),
      quota: new Quota(usage, this.#parts.limits, this.#parts.switches),
    };
    this.#tenants.set(ari, tenant);
    return tenant;
  }

  /** The entities must have passed `checkEntities`. */
  declare(ari: string, entities: readonly EntitySchema[]): void {
    const { atomic } = this.#parts;
    atomic.run(() => {
      for (const space of this.get(ari).spaces.declare(entities)) this.#rebuildIndexes(space);
    });
  }

  saveUsage(): void {
    this.#parts.atomic.run(() => {
      for (const { id, quota } of this.#tenants.values()) {
        const { readUnits, writeUnits, requests, throttled } = quota.usage;
        this.#save.run(readUnits, writeUnits, requests, throttled, id);
      }
    });
  }

  #rebuildIndexes(space: Space): void {
    const { indexes, items } = this.#parts;
    indexes.clear(space.id);
    if (!space.spec || space.spec.indexes.size === 0) return;
    // Expired items too: the row may be replaced later, and then its entries must be there to be removed.
    for (const item of walk(items, space, 0)) {
      const value: unknown = JSON.parse(item.value);
      if (isRecord(value)) indexes.add(space.id, space.spec, item.key, value);
    }
  }
}

export interface Parts {
  readonly atomic: Atomic;
  readonly items: Items;
  readonly indexes: IndexEntries;
  readonly limits: StorageLimits;
  readonly switches: StorageSwitches;
}

/** Every current item of a space in key order, a few hundred in memory at a time; writes may come in between. */
export function* walk(
  items: Items,
  space: Space,
  now: number,
): Generator<{ key: string; value: string }> {
  let from = '';
  for (;;) {
    const page = items.scanStrict(space, { from, to: endOfPrefix(''), limit: WALK_ITEMS }, now);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < WALK_ITEMS) return;
    from = firstAfter(last.key);
  }
}
