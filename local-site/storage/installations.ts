import type { DatabaseSync } from 'node:sqlite';
import type { Tenant } from './engine.ts';
import { StoreUsageError } from './errors.ts';
import type { StorageLimits } from './limits.ts';
import { Quota } from './quota.ts';
import type { SpaceTable } from './space-table.ts';
import { Spaces } from './spaces.ts';
import { Query } from './sqlite.ts';
import type { Atomic } from './sqlite.ts';
import type { StorageSwitches } from './switches.ts';

interface InstallationRow {
  readonly id: number;
  readonly read_units: number;
  readonly write_units: number;
  readonly requests: number;
  readonly throttled: number;
  readonly billed_read_bytes: number;
  readonly billed_write_bytes: number;
  readonly retired_at: number | null;
  readonly epoch: number;
}

export interface InstallationParts {
  readonly atomic: Atomic;
  readonly spaceTable: SpaceTable;
  readonly limits: StorageLimits;
  readonly switches: StorageSwitches;
}

/** The installations in the file. What one has used is counted in memory and saved by `saveUsage`. */
export class Installations {
  readonly #parts: InstallationParts;
  readonly #tenants = new Map<string, Tenant>();
  /** Those with usage to save. */
  readonly #touched = new Set<Tenant>();
  readonly #find: Query<InstallationRow>;
  readonly #insert: Query<never>;
  readonly #name: Query<never>;
  readonly #save: Query<never>;
  readonly #retire: Query<never>;
  readonly #raiseEpoch: Query<never>;
  readonly #delete: Query<never>;
  readonly #overdue: Query<{ ari: string }>;

  constructor(db: DatabaseSync, parts: InstallationParts) {
    this.#parts = parts;
    this.#find = new Query(db, 'select * from installation where ari = ?');
    this.#insert = new Query(db, 'insert or ignore into installation (ari) values (?)');
    this.#name = new Query(db, 'update installation set ari = ? where id = ?');
    this.#save = new Query(
      db,
      `update installation set read_units = ?, write_units = ?, requests = ?, throttled = ?,
         billed_read_bytes = ?, billed_write_bytes = ? where id = ?`,
    );
    this.#retire = new Query(
      db,
      'update installation set retired_at = coalesce(retired_at, ?) where id = ?',
    );
    this.#raiseEpoch = new Query(db, 'update installation set epoch = epoch + 1 where id = ?');
    this.#delete = new Query(db, 'delete from installation where id = ?');
    this.#overdue = new Query(db, 'select ari from installation where retired_at <= ?');
  }

  /** Idempotent. */
  open(ari: string): void {
    if (!this.#tenants.has(ari)) this.#insert.run(ari);
  }

  /** Makes an installation that has a name of our own. */
  openUnnamed(prefix: string): { ari: string; id: number } {
    const id = this.#insert.insert(`${prefix} new`);
    const ari = `${prefix}${id}`;
    this.#name.run(ari, id);
    return { ari, id };
  }

  find(ari: string): Tenant | undefined {
    const known = this.#tenants.get(ari);
    if (known) return known;
    const row = this.#find.get(ari);
    if (!row) return undefined;
    const usage = {
      readUnits: row.read_units,
      writeUnits: row.write_units,
      requests: row.requests,
      throttled: row.throttled,
      billedReadBytes: row.billed_read_bytes,
      billedWriteBytes: row.billed_write_bytes,
    };
    const quota = new Quota(usage, this.#parts.limits, this.#parts.switches);
    return this.#read(ari, row, quota);
  }

  /** Throws `StoreUsageError` for an installation that was never opened, or is gone. */
  get(ari: string): Tenant {
    const found = this.find(ari);
    if (found) return found;
    throw new StoreUsageError(
      'unknown_installation',
      `The store knows no installation ${ari}. Call open() first.`,
    );
  }

  /** Marks an installation as uninstalled; the first time counts. */
  retire(ari: string, now: number): void {
    const tenant = this.get(ari);
    this.#retire.run(now, tenant.id);
    this.#reload(ari, tenant);
  }

  /** Says that all data of an installation has been replaced: cursors end, spaces are read anew. */
  replaced(ari: string): Tenant {
    const tenant = this.get(ari);
    this.#raiseEpoch.run(tenant.id);
    return this.#reload(ari, tenant);
  }

  /** Forgets an installation; its spaces must have been taken away. */
  remove(ari: string): void {
    const tenant = this.get(ari);
    this.#touched.delete(tenant);
    this.#tenants.delete(ari);
    this.#delete.run(tenant.id);
  }

  /** Installations that were retired at `time` or before. */
  retiredUntil(time: number): string[] {
    return this.#overdue.all(time).map(({ ari }) => ari);
  }

  /** Has the usage of an installation saved next time. */
  touch(tenant: Tenant): void {
    this.#touched.add(tenant);
  }

  saveUsage(): void {
    if (this.#touched.size === 0) return;
    this.#parts.atomic.run(() => {
      for (const { id, quota } of this.#touched) {
        const { readUnits, writeUnits, requests, throttled } = quota.usage;
        const { billedReadBytes, billedWriteBytes } = quota.usage;
        this.#save.run(
          ...[readUnits, writeUnits, requests, throttled, billedReadBytes, billedWriteBytes, id],
        );
      }
    });
    this.#touched.clear();
  }

  /** Begins the rate windows anew, after limits or switches have changed. */
  resetQuotas(): void {
    for (const { quota } of this.#tenants.values()) quota.reset();
  }

  #reload(ari: string, { quota }: Tenant): Tenant {
    const row = this.#find.get(ari);
    if (!row) throw new Error(`Installation ${ari} has no row.`);
    const tenant = this.#read(ari, row, quota);
    this.#touched.add(tenant);
    return tenant;
  }

  #read(ari: string, row: InstallationRow, quota: Quota): Tenant {
    const { id, epoch, retired_at: retiredAt } = row;
    const spaces = new Spaces(this.#parts.spaceTable, id);
    const tenant: Tenant = { id, epoch, retiredAt, spaces, quota };
    this.#tenants.set(ari, tenant);
    return tenant;
  }
}
