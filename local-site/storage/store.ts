import type { StoredItem } from '../types.ts';
import { CursorBox } from './cursor.ts';
import { StoreUsageError } from './errors.ts';
import { FrontDoor, draw } from './front-door.ts';
import { Housekeeping } from './housekeeping.ts';
import { InFlight } from './in-flight.ts';
import { IndexBuilder } from './index-builder.ts';
import { IndexEntries } from './index-entries.ts';
import { IndexScan } from './index-scan.ts';
import { Installations } from './installations.ts';
import { Items } from './items.ts';
import { LifeCycle } from './life-cycle.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { checkEntities } from './schema.ts';
import { Seen } from './seen.ts';
import { SpaceCopier } from './space-copier.ts';
import { SpaceTable } from './space-table.ts';
import { Atomic, openSqlite } from './sqlite.ts';
import type { ForgeStoreOptions, LocalForgeStore } from './store-options.ts';
import { Sweeper } from './sweeper.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import { walk } from './walk.ts';

/**
 * Makes a stand-in for Forge's key-value and custom entity store. All installations share one file. Every refusal is an
 * answer; the promise of `handle` rejects only for misuse (`StoreUsageError`) or a broken file.
 */
export function createForgeStore(options: ForgeStoreOptions): LocalForgeStore {
  const { clock, random, register } = options;
  const switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const db = openSqlite(options.file);
  const atomic = new Atomic(db);
  const indexes = new IndexEntries(db);
  const seen = new Seen(db, atomic, indexes, () => draw(random, switches.queryLagMs));
  const items = new Items(db, seen);
  const spaceTable = new SpaceTable(db);
  const installations = new Installations(db, { atomic, spaceTable, limits, switches });
  const lifeCycle = new LifeCycle({
    ...{ atomic, installations, spaceTable },
    copier: new SpaceCopier(db, spaceTable, seen),
    builder: new IndexBuilder(db, indexes),
  });
  const sweeper = new Sweeper(db, atomic, indexes, spaceTable);
  const chores = new Housekeeping({ seen, sweeper, installations, lifeCycle }, clock.now());
  const engine = {
    ...{ switches, random, atomic, items },
    indexScan: new IndexScan(db, seen),
    inFlight: new InFlight(),
    cursors: new CursorBox(switches),
  };
  const find = (installationId: string) => installations.find(installationId);
  const frontDoor = new FrontDoor({ engine, clock, limits, register, find });
  /** The installation, unless it was uninstalled so long ago that its data is gone. */
  const tenantOf = (installationId: string) => {
    const tenant = installations.get(installationId);
    if (tenant.retiredAt === null || !lifeCycle.removeOverdue(clock.now())) return tenant;
    chores.expectDoomed();
    return installations.get(installationId);
  };

  return {
    switches,
    limits,
    async handle(installationId, operation, body, door) {
      const tenant = tenantOf(installationId);
      const answer = await frontDoor.handle(tenant, { installationId, operation, body, door });
      installations.touch(tenant);
      chores.run(clock.now());
      return answer;
    },
    open: (installationId) => installations.open(installationId),
    declare(installationId, entities) {
      const problems = checkEntities(entities, switches);
      if (problems.length > 0) throw new StoreUsageError('invalid_schema', problems.join(' '));
      lifeCycle.declare(installationId, entities);
    },
    usage: (installationId) => ({ ...installations.get(installationId).quota.usage }),
    minute: (installationId) => installations.get(installationId).quota.minute(clock.now()),
    *inspect(installationId) {
      for (const { space, entityName } of tenantOf(installationId).spaces.all()) {
        for (const { key, value } of walk(items, space, clock.now())) {
          const item: StoredItem = { key, value: JSON.parse(value) as unknown };
          yield entityName === undefined ? item : { entityName, ...item };
        }
      }
    },
    snapshot: (installationId) => lifeCycle.snapshot(installationId),
    restore(installationId, snapshotId) {
      lifeCycle.restore(installationId, snapshotId);
      chores.expectDoomed();
    },
    dropSnapshot(snapshotId) {
      lifeCycle.dropSnapshot(snapshotId);
      chores.expectDoomed();
    },
    clone(fromInstallationId, toInstallationId) {
      lifeCycle.clone(fromInstallationId, toInstallationId);
      chores.expectDoomed();
    },
    retire: (installationId) => lifeCycle.retire(installationId, clock.now()),
    relink(retiredInstallationId, installationId) {
      chores.expectDoomed();
      return lifeCycle.relink(retiredInstallationId, installationId, clock.now());
    },
    configure(change) {
      Object.assign(switches, change.switches);
      Object.assign(limits, change.limits);
      installations.resetQuotas();
    },
    forgetCursors: () => engine.cursors.forgetAll(),
    close() {
      installations.saveUsage();
      db.close();
    },
  };
}
