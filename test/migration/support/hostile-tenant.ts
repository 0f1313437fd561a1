import { randomUUID } from 'node:crypto';
import type { Json } from 'crossgrade';
import { ForgeRecords, type ChangeResult } from 'crossgrade/live';
import { readTenant, type TenantRow } from 'crossgrade/postgres';
import { scrub } from 'crossgrade/verify';
import { pino } from 'pino';
import {
  applyCommand,
  planCommand,
  type Applied,
  type Command,
  type Operator,
} from '../../../operator/handover/index.ts';
import {
  startStoreOverHttp,
  type StoreOverHttp,
} from '../../../operator/testing/store-over-http.ts';
import { runJob } from '../../../operator/worker/run-job.ts';
import { Lanes, type TenantLane } from '../../../operator/worker/tenant-lane.ts';
import type { Job, WorkerContext } from '../../../operator/worker/worker-context.ts';
import { checklists } from '../../../remote-server/records/index.ts';
import { stoppedJobs, type StoppedJob } from 'crossgrade/quarantine';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { ENTITIES } from './entities.ts';
import { insertList } from './rows.ts';

/** One tenant between a real Postgres and the local site's store over HTTP, with a worker that works when it is told to. */
export interface HostileTenant {
  readonly tenant: string;
  readonly scope: { readonly tenant: string; readonly group: string };
  readonly database: TestDatabase;
  readonly forge: StoreOverHttp;
  readonly operator: Operator;
  /** The lists that were there before the copy. */
  readonly ids: readonly string[];
  /** A worker process of its own, without memory. */
  newWorker(): WorkerContext;
  /** Runs jobs of one worker, as its queue would. Rejects with what the queue would see. */
  run(worker: WorkerContext, ...jobs: readonly Job[]): Promise<void>;
  row(): Promise<TenantRow>;
  stopped(): Promise<readonly StoppedJob[]>;
  lane(): Promise<TenantLane>;
  /** Enrolled, copied, verified. */
  toVerify(worker: WorkerContext): Promise<void>;
  /** Reads everything back, so that a cut-over may be made. */
  verify(worker: WorkerContext): Promise<void>;
  plan(command: Command): ReturnType<typeof planCommand>;
  apply(command: Command, reason?: string): Promise<Applied>;
  renameAtForge(id: string, name: string): Promise<ChangeResult>;
  nameAtForge(id: string): string | undefined;
  nameInPostgres(id: string): Promise<string | undefined>;
  /** The app is removed from the site: the token dies, and storage answers `status` to whoever asks all the same. */
  uninstall(status: number): void;
  /** The app is installed again: another installation, empty. */
  reinstall(): string;
  close(): Promise<void>;
}

export async function hostileTenant(lists = 8): Promise<HostileTenant> {
  const tenant = 'acme';
  const scope = { tenant, group: checklists.group };
  const database = await testDatabase();
  const forge = await startStoreOverHttp(database.url, tenant);
  // How far batches lag behind is tested elsewhere; here every second counts.
  const switches = { spuriousConflict: 0, batchGetConsistency: 'strict' } as const;
  forge.store.configure({ switches });
  const { pool } = database;
  // As the operator's own pools do; see operator/open-pool.ts.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const { config } = forge;
  const operator = { pool, config, lanes: new Lanes(pool, config) };
  const ids: string[] = [];
  for (let i = 0; i < lists; i++) ids.push(await insertList(pool, tenant, { items: i % 3 }));
  let workers = 0;
  const row = async (): Promise<TenantRow> => {
    const found = await readTenant(pool, scope);
    if (found === undefined) throw new Error('the tenant was never registered');
    return found;
  };
  const self: HostileTenant = {
    ...{ tenant, scope, database, forge, operator, ids, row },
    newWorker: () => ({
      ...{ pool, config, log: pino({ level: 'silent' }), lanes: new Lanes(pool, config) },
      who: `worker ${(workers += 1)}`,
      isStopping: () => false,
      addJob: () => Promise.resolve(),
    }),
    async run(worker, ...jobs) {
      for (const job of jobs) await runJob(worker, job, tenant);
    },
    stopped: () => stoppedJobs(pool, scope),
    lane: async () => new Lanes(pool, config).of(await row()),
    async toVerify(worker) {
      await self.run(worker, 'enrol', 'copy', 'push');
      await self.verify(worker);
    },
    async verify(worker) {
      await self.run(worker, 'push');
      const lane = await worker.lanes.of(await row());
      const pass = await scrub(
        lane.verify(() => false),
        { again: true },
      );
      if (pass.result !== 'clean') throw new Error(`not clean: ${JSON.stringify(pass)}`);
    },
    plan: (command) => planCommand(operator, command, tenant),
    async apply(command, reason = 'a test') {
      operator.lanes.forget(tenant);
      const { epoch, hash } = await planCommand(operator, command, tenant);
      return applyCommand(operator, command, tenant, {
        ...{ who: 'olga', expectEpoch: epoch, expectHash: hash, reason, confirm: tenant },
      });
    },
    async renameAtForge(id, name) {
      const { send } = await self.lane();
      return new ForgeRecords(send, checklists).change(`list:${id}`, name, (present) => {
        const record = present as { doc: Record<string, Json> };
        return { ...record, doc: { ...record.doc, name } };
      });
    },
    nameAtForge(id) {
      const item = [...forge.store.inspect(forge.installationId)].find(
        (stored) => stored.key === `list:${id}`,
      );
      return (item?.value as { doc?: { name?: string } } | undefined)?.doc?.name;
    },
    async nameInPostgres(id) {
      const found = await pool.query<{ name: string }>(
        'select name from checklist where tenant = $1 and id = $2',
        [tenant, id],
      );
      return found.rows[0]?.name;
    },
    uninstall(status) {
      forge.store.retire(forge.installationId);
      forge.instead = { status };
    },
    reinstall() {
      forge.installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
      forge.store.open(forge.installationId);
      forge.store.declare(forge.installationId, ENTITIES);
      forge.instead = undefined;
      forge.token = 'good';
      return forge.installationId;
    },
    async close() {
      await forge.close();
      await database.drop();
    },
  };
  return self;
}
