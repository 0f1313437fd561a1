import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LayerError, STAGES, type Json } from 'crossgrade';
import { ForgeRecords } from 'crossgrade/live';
import { findBrokenAudit, readTenant } from 'crossgrade/postgres';
import pg from 'pg';
import { pino } from 'pino';
import { checklists } from '../../remote-server/records/index.ts';
import { insertList, renameList } from '../../test/migration/support/rows.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { startStoreOverHttp, type StoreOverHttp } from '../testing/store-over-http.ts';
import { recoverTenant } from '../worker/handover-jobs.ts';
import { copyTenant, enrolTenant, verifyTenant } from '../worker/jobs.ts';
import { runJob } from '../worker/run-job.ts';
import { Lanes } from '../worker/tenant-lane.ts';
import type { Job, WorkerContext } from '../worker/worker-context.ts';
import { applyCommand, FACTS, planCommand, type Command, type Operator } from './index.ts';

const SEED = Number(process.env['COMMANDS_SEED'] ?? 20261126);
const RUNS = 4;
const LISTS = 3;
/** SQLSTATE of a write that meets a closed gate. */
const CLOSED = '55006';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
}, 60_000);
afterAll(() => database.drop());

/** What must be true of the tenant: the last name that a user was told is written. */
interface Model {
  readonly names: Map<string, string>;
}

/** One tenant with everything that may act on it. */
interface Real {
  readonly tenant: string;
  readonly forge: StoreOverHttp;
  readonly operator: Operator;
  readonly worker: WorkerContext;
  readonly ids: readonly string[];
  writes: number;
}

type Step = fc.AsyncCommand<Model, Real>;

let tenants = 0;

async function newTenant(): Promise<{ model: Model; real: Real }> {
  const tenant = `commanded-${(tenants += 1)}`;
  const { pool, url } = database;
  const forge = await startStoreOverHttp(url, tenant);
  const { config } = forge;
  const operator = { pool, config, lanes: new Lanes(pool, config) };
  const worker: WorkerContext = {
    ...{ pool, config, who: 'worker', log: pino({ level: 'silent' }) },
    ...{ lanes: new Lanes(pool, config), isStopping: () => false },
    addJob: () => Promise.resolve(),
  };
  const ids: string[] = [];
  for (let i = 0; i < LISTS; i += 1) ids.push(await insertList(pool, tenant, { items: i }));
  await enrolTenant(worker, tenant);
  await copyTenant(worker, tenant);
  await verifyTenant(worker, tenant);
  const names = new Map(ids.map((id) => [id, 'Definition of Done']));
  return { model: { names }, real: { tenant, forge, operator, worker, ids, writes: 0 } };
}

const rowOf = async ({ tenant }: Real) => {
  const row = await readTenant(database.pool, { tenant, group: 'checklists' });
  if (row === undefined) throw new Error(`${tenant} is not enrolled`);
  return row;
};

async function recordsOf(real: Real): Promise<ForgeRecords> {
  return new ForgeRecords((await real.operator.lanes.of(await rowOf(real))).send, checklists);
}

/** Plans a command and applies that plan; what the plan refuses must be refused with the same code, and change nothing. */
class Order implements Step {
  readonly command: Command;
  readonly isStale: boolean;
  constructor(command: Command, isStale: boolean) {
    this.command = command;
    this.isStale = isStale;
  }
  check = (): boolean => true;
  toString = (): string => `${this.command}${this.isStale ? ' (stale)' : ''}`;

  async run(_model: Model, real: Real): Promise<void> {
    const { operator, tenant } = real;
    const { command, isStale } = this;
    // A worker sends beside it; without one a comparison would wait for what is dirty, for minutes.
    if (command === 'verify') {
      if ((await rowOf(real)).condition !== null) return;
      await turn(real, ['push']);
    }
    const plan = await planCommand(operator, command, tenant, { full: true });
    const before = await rowOf(real);
    const apply = () =>
      applyCommand(operator, command, tenant, {
        ...{ who: 'olga', reason: 'a test', confirm: tenant, full: true },
        expectEpoch: plan.epoch + (isStale ? 7 : 0),
        expectHash: plan.hash,
      });
    const [refusal] = plan.refusals;
    if (!plan.isDone && (isStale || refusal !== undefined)) {
      const code = isStale ? 'plan.stale' : refusal?.code;
      const error: unknown = await apply().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      // A command that was carried out before may be repeated, however old its plan.
      if (error !== undefined) expect(error).toMatchObject({ code });
      expect((await rowOf(real)).stage).toBe(before.stage);
      return;
    }
    const applied = await apply();
    expect(STAGES).toContain(applied.stage);
    expect(['draining', 'rewinding']).not.toContain(applied.stage);
  }
}

/** A user renames a list, on the side that takes it. */
class Rename implements Step {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
  check = (): boolean => true;
  toString = (): string => `rename ${this.at}`;

  async run(model: Model, real: Real): Promise<void> {
    const id = real.ids[this.at % real.ids.length] ?? '';
    const name = `name ${(real.writes += 1)}`;
    try {
      await renameList(database.pool, real.tenant, id, name);
    } catch (error) {
      expect(error).toMatchObject({ code: CLOSED });
      const records = await recordsOf(real);
      const result = await records.change(`list:${id}`, name, (present) => {
        const record = present as { doc: Record<string, Json> };
        return { ...record, doc: { ...record.doc, name } };
      });
      expect(result.kind).toBe('changed');
    }
    model.names.set(id, name);
  }
}

/** A worker has a turn at these. What a hand-over has made old it drops, and begins anew, so each gets a second one. */
async function turn({ worker, tenant }: Real, jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) {
    await runJob(worker, job, tenant);
    await runJob(worker, job, tenant);
  }
}

class Work implements Step {
  check = (): boolean => true;
  toString = (): string => 'work';
  run = (_model: Model, real: Real): Promise<void> =>
    turn(real, ['copy', 'push', 'verify', 'reverse', 'recover']);
}

const orders: readonly Command[] = [
  ...(['verify', 'cutover', 'cutover', 'rollback', 'resume-forge', 'recover'] as const),
  ...(['settle', 'finalize', 'pause', 'resume'] as const),
];

const order = fc.constantFrom(...orders).map((command): Step => new Order(command, false));
const stale = fc.constantFrom(...orders).map((command): Step => new Order(command, true));
const rename = fc.nat({ max: LISTS - 1 }).map((at): Step => new Rename(at));
const work = fc.constant(0).map((): Step => new Work());
/** Each is drawn as often as it stands here. */
const sequences = fc.commands([order, order, order, stale, rename, rename, work], {
  ...{ maxCommands: 12, size: 'max' as const },
});

/** The side that is the authority holds every name that a user was told; the audit is whole. */
async function check({ names }: Model, real: Real): Promise<void> {
  const row = await rowOf(real);
  expect(['paused', null]).toContain(row.condition);
  if (row.condition === 'paused') await new Order('resume', false).run({ names }, real);
  await recoverTenant(real.worker, real.tenant);
  const { stage } = await rowOf(real);
  expect(['copy', 'verify', 'live', 'settled', 'final']).toContain(stage);
  const isAtForge = stage === 'live' || stage === 'settled' || stage === 'final';
  const records = await recordsOf(real);
  for (const [id, name] of names) {
    if (isAtForge) {
      const read = await records.read(`list:${id}`);
      expect(read).toMatchObject({ kind: 'read', stored: { value: { doc: { name } } } });
    } else {
      const found = await database.pool.query<{ name: string }>(
        'select name from checklist where tenant = $1 and id = $2',
        [real.tenant, id],
      );
      expect(found.rows).toEqual([{ name }]);
    }
  }
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    expect(await findBrokenAudit(client)).toBeUndefined();
  } finally {
    await client.end();
  }
}

it('whatever an operator orders, in whatever order, no write is lost, every stage is defined and the audit is whole', async () => {
  expect(Object.keys(FACTS)).toEqual(expect.arrayContaining([...orders]));
  await fc.assert(
    fc.asyncProperty(fc.boolean(), sequences, async (startsInVerify, commands) => {
      const { model, real } = await newTenant();
      try {
        if (!startsInVerify) await new Order('cutover', false).run(model, real);
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await check(model, real);
      } catch (error) {
        const why = error instanceof LayerError ? `${error.code} ${error.message}` : '';
        const sequence = [...commands].join(', ');
        throw new Error(`after ${sequence}: ${why}`, { cause: error });
      } finally {
        await real.forge.close();
      }
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
}, 600_000);
