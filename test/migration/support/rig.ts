import { randomUUID } from 'node:crypto';
import type { GroupDefinition } from 'crossgrade';
import {
  HeadBook,
  memoryGovernorStore,
  newCopyAccount,
  UnitAccount,
  type SendContext,
} from 'crossgrade/copy';
import { RestCarrier } from 'crossgrade/forge';
import { enrol, PostgresLedger, readTenant, RecordReader, register } from 'crossgrade/postgres';
import type { VerifyContext } from 'crossgrade/verify';
import {
  createForgeStore,
  type LocalForgeStore,
  type StorageSwitches,
} from 'crossgrade-local-site/storage';
import type { Pool } from 'pg';
import {
  createFakeClock,
  seededRandom,
  type FakeClock,
} from '../../../local-site/support/index.ts';
import { checklists } from '../../../remote-server/records/index.ts';
import { ENTITIES } from './entities.ts';
import { faultyFetch, type Faults } from './faulty-fetch.ts';

const CLOUD = '00000000-0000-4000-8000-00000000c10d';

/** One tenant between a real Postgres and the real store's wire, with time that only moves when somebody waits. */
export interface Rig {
  readonly installationId: string;
  readonly store: LocalForgeStore;
  readonly send: SendContext;
  readonly reader: RecordReader;
  readonly ledger: PostgresLedger;
  readonly verify: VerifyContext;
  readonly faults: Faults;
  /** A second sender that shares nothing with the first but the two stores. */
  another(): Promise<Rig>;
  close(): void;
}

export interface RigOptions {
  readonly seed?: number;
  /** Another definition of the same records. (Default: the app's own) */
  readonly group?: GroupDefinition;
  readonly switches?: Partial<StorageSwitches>;
}

/** Registers and enrols the tenant, so that its heads exist. */
export async function enrolledRig(
  pool: Pool,
  tenant: string,
  options: RigOptions = {},
): Promise<Rig> {
  const { group = checklists } = options;
  const installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
  const clock = createFakeClock();
  const store = createForgeStore({
    file: ':memory:',
    clock,
    random: seededRandom(options.seed ?? 1),
    switches: options.switches ?? {},
  });
  store.open(installationId);
  store.declare(installationId, ENTITIES);
  const scope = { tenant, group: group.group };
  const sleepers = sleepersOf(clock);
  await register(pool, group, {
    ...scope,
    cloudId: CLOUD,
    installationId,
    who: 'test',
  });
  const make = async (seed: number): Promise<Rig> => {
    const row = await readTenant(pool, scope);
    if (row === undefined) throw new Error('not registered');
    const random = seededRandom(seed);
    const faults: Faults = { lostRequest: 0, lostAnswer: 0, throttled: 0, late: 0 };
    const timing = {
      now: () => clock.now(),
      sleep: (ms: number) => sleepers.until(clock.now() + ms),
    };
    const send: SendContext = {
      scope: {
        group: row.grp,
        buckets: row.buckets,
        tenantKey: row.hash_key,
        incarnation: row.incarnation,
        mapping: group.mapping,
      },
      carrier: new RestCarrier({
        baseUrl: 'http://forge.invalid',
        token: () => Promise.resolve('token'),
        fetch: faultyFetch(store, installationId, faults, random, clock),
      }),
      units: new UnitAccount(memoryGovernorStore(), timing),
      timing,
      heads: new HeadBook(),
      random,
      account: newCopyAccount(),
    };
    const reader = new RecordReader(pool, group, tenant, row.buckets);
    return {
      installationId,
      store,
      send,
      reader,
      ledger: new PostgresLedger(pool, scope, row.incarnation, group.mapping),
      verify: { pool, scope, group, send, reader },
      faults,
      another: () => make(seed + 1),
      close: () => store.close(),
    };
  };
  const rig = await make(options.seed ?? 1);
  const row = await readTenant(pool, scope);
  if (row !== undefined) await enrol(pool, rig.send, row, 'test');
  return rig;
}

/** Several sleepers on one clock: it is moved by one at a time and never back. */
function sleepersOf(clock: FakeClock): { until(time: number): Promise<void> } {
  let turn = Promise.resolve();
  return {
    until: (time) =>
      (turn = turn.then(() =>
        clock.now() < time ? clock.advanceAsync(time - clock.now()) : undefined,
      )),
  };
}
