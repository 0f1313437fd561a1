import { randomUUID } from 'node:crypto';
import {
  backfillBuckets,
  HeadBook,
  memoryGovernorStore,
  newCopyAccount,
  pushBucket,
  SYSTEM_TIMING,
  UnitAccount,
  type SendContext,
} from 'crossgrade/copy';
import { RestCarrier } from 'crossgrade/forge';
import { makeHandover, type HandoverContext } from 'crossgrade/handover';
import {
  enrol,
  leaveCopy,
  PostgresLedger,
  readTenant,
  RecordReader,
  register,
} from 'crossgrade/postgres';
import { scrub } from 'crossgrade/verify';
import {
  createForgeStore,
  type LocalForgeStore,
  type StorageSwitches,
} from 'crossgrade-local-site/storage';
import type { Pool } from 'pg';
import { seededRandom, systemClock } from '../../local-site/support/index.ts';
import { ENTITIES } from '../../test/migration/support/entities.ts';
import { checklists } from '../records/index.ts';
import type { Answer, FakeAtlassian, Switch } from './fake-atlassian.ts';

/** Forge's storage behind the fake Atlassian, and tenants that are copied into it. */
export interface ForgeStorage {
  readonly store: LocalForgeStore;
  /** Answers calls of the storage paths, to be used as, or inside, the fake's `answer`. */
  readonly answer: Switch;
  /** What the next storage calls are answered instead; undefined for the store's own answer. */
  instead: Answer | undefined;
  /** Copies and verifies the tenant, so that it can be handed over; returns what a hand-over needs. */
  verified(pool: Pool, tenant: string): Promise<CopiedTenant>;
  close(): void;
}

export interface CopiedTenant {
  readonly installationId: string;
  readonly context: HandoverContext;
  /** Sends what is dirty and reads everything back, so that the tenant can be handed over (again). */
  verify(): Promise<void>;
}

const PATH = '/forge/storage/kvs/v1';

/** Starts one. */
export function createForgeStorage(
  fake: FakeAtlassian,
  switches: Partial<StorageSwitches> = {},
): ForgeStorage {
  const store = createForgeStore({
    ...{ file: ':memory:', clock: systemClock, random: seededRandom(7), switches },
  });
  const storage: ForgeStorage = {
    store,
    instead: undefined,
    async answer({ path, authorization, body }) {
      if (!path.startsWith(PATH)) return undefined;
      if (storage.instead !== undefined) return storage.instead;
      const installationId = authorization?.replace('Bearer token of ', '') ?? '';
      const operation = path.slice(PATH.length);
      const { status, body: answer } = await store.handle(
        ...([installationId, operation, JSON.stringify(body)] as const),
      );
      return { status, body: answer ?? '' };
    },
    async verified(pool, tenant) {
      const installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
      store.open(installationId);
      store.declare(installationId, ENTITIES);
      await pool.query(
        `insert into forge_token (installation_id, system_token, api_base_url, received_at)
         values ($1, $2, $3, now())`,
        [installationId, `token of ${installationId}`, fake.url],
      );
      return copied(pool, tenant, installationId, fake.url);
    },
    close: () => store.close(),
  };
  return storage;
}

async function copied(
  pool: Pool,
  tenant: string,
  installationId: string,
  url: string,
): Promise<CopiedTenant> {
  const scope = { tenant, group: checklists.group };
  const cloudId = randomUUID();
  await register(pool, checklists, { ...scope, cloudId, installationId, who: 'test' });
  const row = await readTenant(pool, scope);
  if (row === undefined) throw new Error('not registered');
  const send: SendContext = {
    scope: {
      group: row.grp,
      buckets: row.buckets,
      tenantKey: row.hash_key,
      incarnation: row.incarnation,
      mapping: checklists.mapping,
    },
    carrier: new RestCarrier({
      baseUrl: `${url}/forge/storage/kvs`,
      token: () => Promise.resolve(`token of ${installationId}`),
    }),
    units: new UnitAccount(memoryGovernorStore(), SYSTEM_TIMING, { unitsPerMinute: 4_000_000 }),
    timing: SYSTEM_TIMING,
    heads: new HeadBook(),
    random: Math.random,
    account: newCopyAccount(),
  };
  await enrol(pool, send, row, 'test');
  const reader = new RecordReader(pool, checklists, tenant, row.buckets);
  const ledger = new PostgresLedger(pool, scope, row.incarnation, checklists.mapping);
  const context = makeHandover({ pool, scope, group: checklists, send, reader, ledger });
  const buckets = Array.from({ length: row.buckets }, (_, bucket) => bucket);
  const queue = [...buckets];
  const options = { context: send, group: checklists, source: reader, ledger };
  await backfillBuckets(options, () => queue.shift());
  for (const bucket of buckets) {
    const { epoch, seq, bf } = await send.heads.read(send, bucket);
    await ledger.acknowledge(bucket, [], { epoch, seq, cursor: bf });
  }
  const verify = async (): Promise<void> => {
    for (const [bucket, slice] of await reader.dirty(500)) {
      await pushBucket({ context: send, group: checklists, ledger }, bucket, slice);
    }
    const { result } = await scrub(
      { pool, scope, group: checklists, send, reader },
      { again: true },
    );
    if (result !== 'clean') throw new Error(`the copy is ${result}`);
  };
  await verify();
  if (!(await leaveCopy(pool, scope, 'test'))) throw new Error('the copy did not end');
  await verify();
  return { installationId, context, verify };
}

/** Deletes one part of a large value behind the layer's back, as only somebody with the app's own credentials could. */
export async function removeOnePart(store: LocalForgeStore, installationId: string): Promise<void> {
  const part = [...store.inspect(installationId)].find(({ key }) => key.startsWith('s:'));
  if (part === undefined) throw new Error('no value lies in parts');
  await store.handle(installationId, '/delete', JSON.stringify({ key: part.key }));
}
