import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from 'crossgrade';
import { rollback } from 'crossgrade/handover';
import { explain, ForgeRecords, publishTarget, readTarget, targetKey } from 'crossgrade/live';
import { findBrokenAudit, readTenant } from 'crossgrade/postgres';
import { scrub } from 'crossgrade/verify';
import pg from 'pg';
import { pino } from 'pino';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { insertList, renameList } from '../../test/migration/support/rows.ts';
import {
  EXIT,
  handoverCommand,
  type HandoverCommandOptions,
} from '../commands/handover-command.ts';
import { copyTenant, enrolTenant, pushTenant } from '../worker/jobs.ts';
import { recoverTenant, reverseTenant } from '../worker/handover-jobs.ts';
import { Lanes } from '../worker/tenant-lane.ts';
import type { WorkerContext } from '../worker/worker-context.ts';
import { startStoreOverHttp, type StoreOverHttp } from '../testing/store-over-http.ts';
import { applyCommand, planCommand, type Command, type Operator } from './index.ts';

const TENANT = 'acme';
const SCOPE = { tenant: TENANT, group: 'checklists' };
let database: TestDatabase;
let forge: StoreOverHttp;
let operator: Operator;
let worker: WorkerContext;
let ids: string[];

beforeAll(async () => {
  database = await testDatabase();
  forge = await startStoreOverHttp(database.url, TENANT);
  const { pool } = database;
  const { config } = forge;
  operator = { pool, config, lanes: new Lanes(pool, config) };
  worker = {
    ...{ pool, config, who: 'worker test', log: pino({ level: 'silent' }) },
    lanes: new Lanes(pool, config),
    isStopping: () => false,
    addJob: () => Promise.resolve(),
  };
  ids = [];
  for (let i = 0; i < 12; i++) ids.push(await insertList(pool, TENANT, { items: i % 4 }));
  await enrolTenant(worker, TENANT);
  await copyTenant(worker, TENANT);
  await verify();
}, 60_000);
afterAll(async () => {
  await forge.close();
  await database.drop();
});

/** Sends what is dirty and reads everything back. */
async function verify(): Promise<void> {
  await pushTenant(worker, TENANT);
  const row = await readTenant(database.pool, SCOPE);
  const lane = await worker.lanes.of(row!);
  expect(
    await scrub(
      lane.verify(() => false),
      { again: true },
    ),
  ).toMatchObject({ result: 'clean' });
}

async function run(
  command: Command,
  options: Partial<HandoverCommandOptions> = {},
): Promise<{ code: number; said: Record<string, unknown> & { next_steps: string[] } }> {
  const lines: string[] = [];
  const code = await handoverCommand(
    forge.config,
    command,
    TENANT,
    { who: 'olga', json: true, ...options },
    (line) => lines.push(line),
  );
  return { code, said: JSON.parse(lines.join('\n')) as never };
}

const stage = async () => (await readTenant(database.pool, SCOPE))?.stage;
const audit = async (): Promise<string[]> => {
  const rows = await database.pool.query<{ action: string }>(
    'select action from mig_audit where tenant = $1 order by id',
    [TENANT],
  );
  return rows.rows.map(({ action }) => action);
};
const recordsNow = async (): Promise<ForgeRecords> => {
  const row = await readTenant(database.pool, SCOPE);
  return new ForgeRecords((await operator.lanes.of(row!)).send, checklists);
};
const rename = (name: string) => (present: Json | undefined) => {
  const record = present as { doc: Record<string, Json> };
  return { ...record, doc: { ...record.doc, name } };
};
const nameOf = async (id: string) => {
  const found = await database.pool.query<{ name: string }>(
    'select name from checklist where tenant = $1 and id = $2',
    [TENANT, id],
  );
  return found.rows[0]?.name;
};

describe('what an operator tells a tenant to do', () => {
  it('is planned first, and the plan touches nothing', async () => {
    const { code, said } = await run('cutover', { plan: true });
    expect(code).toBe(EXIT.done);
    expect(said).toMatchObject({ stage: 'verify', epoch: 1, refusals: [], isDone: false });
    expect(said.next_steps).toEqual([
      `xg cutover ${TENANT} --expect-epoch 1 --hash ${String(said['hash'])}`,
    ]);
    expect((await run('cutover', { plan: true })).said['hash']).toBe(said['hash']);
    expect(await stage()).toBe('verify');
    const lines: string[] = [];
    await handoverCommand(forge.config, 'cutover', TENANT, { who: 'olga', plan: true }, (line) =>
      lines.push(line),
    );
    expect(lines.join('\n')).toContain('5. flip: every head goes to Forge');
  });

  it('is refused with an old epoch, another plan, no reason or no token, and nothing is touched', async () => {
    const before = await audit();
    expect((await run('cutover', { expectEpoch: '7' })).code).toBe(EXIT.stale);
    expect((await run('cutover', { expectEpoch: '1', hash: 'f00' })).code).toBe(EXIT.stale);
    expect((await run('cutover')).code).toBe(EXIT.refused);
    expect((await run('rollback', { expectEpoch: '1', reason: 'r' })).code).toBe(EXIT.refused);
    expect((await run('pause', { expectEpoch: '1' })).code).toBe(EXIT.refused);
    forge.token = undefined;
    const { code, said } = await run('cutover', { plan: true });
    forge.token = 'good';
    expect(code).toBe(EXIT.refused);
    expect(said['refusals']).toMatchObject([{ code: 'target.unauthorized' }]);
    expect(await audit()).toEqual(before);
    expect(await stage()).toBe('verify');
  });

  it('is done by one of two operators who planned the same', async () => {
    const plan = await planCommand(operator, 'pause', TENANT);
    const options = { expectEpoch: plan.epoch, expectHash: plan.hash, reason: 'look at it' };
    const results = await Promise.allSettled([
      applyCommand(operator, 'pause', TENANT, { ...options, who: 'olga' }),
      applyCommand(operator, 'pause', TENANT, { ...options, who: 'otto' }),
    ]);
    const done = results.filter(
      (result) => result.status === 'fulfilled' && result.value.outcome === 'done',
    );
    expect(done).toHaveLength(1);
    expect((await audit()).filter((action) => action === 'paused')).toHaveLength(1);
    const cutover = await run('cutover', { plan: true });
    expect(cutover.said['refusals']).toMatchObject([{ code: 'stage.unexpected' }]);
    expect((await run('resume', { expectEpoch: '1', reason: 'seen' })).code).toBe(EXIT.done);
    expect((await run('resume', { expectEpoch: '1', reason: 'seen' })).said['outcome']).toBe(
      'already',
    );
  });

  it('hands over, refuses the second operator’s old plan, and may be repeated', async () => {
    await renameList(database.pool, TENANT, ids[2]!, 'dirty at the close');
    const plan = (await run('cutover', { plan: true })).said;
    const hash = String(plan['hash']);
    await database.pool.query(
      'update mig_tenant set row_version = row_version + 1 where tenant = $1',
      [TENANT],
    );
    expect((await run('cutover', { expectEpoch: '1', hash })).code).toBe(EXIT.stale);
    const { code, said } = await run('cutover', { expectEpoch: '1' });
    expect(code).toBe(EXIT.done);
    expect(said).toMatchObject({ outcome: 'done', stage: 'live' });
    expect(said.next_steps).toContain(`to take it back: xg rollback ${TENANT} --plan`);
    expect((await run('cutover', { expectEpoch: '1' })).said).toMatchObject({
      outcome: 'already',
      stage: 'live',
    });
    const operations = await database.pool.query(
      `select kind, step, lease_until from mig_op where tenant = $1 order by fencing_token desc limit 1`,
      [TENANT],
    );
    expect(operations.rows).toEqual([{ kind: 'cutover', step: 'done', lease_until: null }]);
    expect((await audit()).filter((action) => action === 'cutover')).toHaveLength(1);
  });

  it('tells functions in Forge what they have to know of the target', async () => {
    const row = await readTenant(database.pool, SCOPE);
    const { send } = await operator.lanes.of(row!);
    expect(await readTarget(send, 'checklists')).toEqual(send.scope);
    await forge.store.handle(
      forge.installationId,
      '/set',
      JSON.stringify({ key: targetKey('checklists'), value: { layer: 99 } }),
    );
    await expect(readTarget(send, 'checklists')).rejects.toMatchObject({
      code: 'layer.version_mismatch',
    });
    await publishTarget(send);
    expect(await readTarget(send, 'checklists')).toEqual(send.scope);
    expect(await readTarget(send, 'others')).toBeUndefined();
  });

  it('brings back what Forge writes while it stays live, and explains a record', async () => {
    const records = await recordsNow();
    const key = `list:${ids[0]}`;
    await records.change(key, 'm1', rename('by a function'));
    const { pool } = database;
    const explained = await explain(
      { pool, scope: SCOPE, group: checklists, send: (await laneSend()).send },
      key,
    );
    expect(explained).toMatchObject({
      forge: { head: { authority: 'F', epoch: 2 }, version: { e: 2 }, log: { mutation: 'm1' } },
      verdict: 'Forge is newer, and the change is on its way back.',
    });
    expect(JSON.stringify(explained)).not.toContain('by a function');
    // A look at the heads in batches may be behind for a moment; the next turn sees what is new.
    for (let turn = 0; turn < 30 && (await nameOf(ids[0]!)) !== 'by a function'; turn += 1) {
      await reverseTenant(worker, TENANT);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await nameOf(ids[0]!)).toBe('by a function');
    const again = await explain(
      { pool, scope: SCOPE, group: checklists, send: (await laneSend()).send },
      key,
    );
    expect(again.verdict).toBe('Both sides hold the same.');
    await records.change(key, 'm2', rename('again'));
    expect(await nameOf(ids[0]!)).toBe('by a function');
  });

  it('settles, and rolls back from there with every write', async () => {
    expect((await run('settle', { expectEpoch: '1' })).said).toMatchObject({
      outcome: 'done',
      stage: 'settled',
    });
    expect((await run('settle', { expectEpoch: '1' })).said['outcome']).toBe('already');
    const { code, said } = await run('rollback', { expectEpoch: '1', reason: 'a customer asked' });
    expect(code).toBe(EXIT.done);
    // Each attempt at coming back takes an epoch; on a slow machine there may be two.
    expect(said).toMatchObject({ stage: 'verify', detail: { applied: 1 } });
    const epoch = String(said['epoch']);
    expect(await nameOf(ids[0]!)).toBe('again');
    // The same command again, by somebody who did not see its answer.
    expect(
      (await run('rollback', { expectEpoch: '1', reason: 'a customer asked' })).said['outcome'],
    ).toBe('already');
    const refused = await run('cutover', { expectEpoch: epoch });
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.said['error']).toMatchObject({ code: 'verify.not_clean' });
    await verify();
    const again = await run('cutover', { expectEpoch: epoch });
    expect(again.said['detail']).not.toHaveProperty('reason');
    expect(again.code).toBe(EXIT.done);
  });

  it('takes a rollback back while its gate is closed', async () => {
    forge.instead = { status: 500, matching: /"auth":"P".*"values":\["D"\]/ };
    const row = await readTenant(database.pool, SCOPE);
    const hasty = (await operator.lanes.of(row!)).handover;
    const timing = { ...hasty.send.timing, sleep: () => Promise.resolve() };
    await expect(
      rollback({ ...hasty, send: { ...hasty.send, timing } }, 'olga', 'a mistake'),
    ).rejects.toMatchObject({ code: 'target.unreachable' });
    forge.instead = undefined;
    expect(await stage()).toBe('rewinding');
    const expectEpoch = String((await planCommand(operator, 'resume-forge', TENANT)).epoch);
    expect((await run('resume-forge', { expectEpoch, reason: 'no' })).said).toMatchObject({
      outcome: 'done',
      stage: 'live',
    });
    const records = await recordsNow();
    expect(await records.change(`list:${ids[0]}`, 'm3', rename('still there'))).toMatchObject({
      kind: 'changed',
    });
  }, 60_000);

  it('leaves a tenant alone while somebody holds its operation, and recovers it afterwards', async () => {
    const plan = await planCommand(operator, 'rollback', TENANT);
    await database.pool.query(
      `insert into mig_op (op_id, tenant, grp, kind, expected_epoch, plan_hash, lease_until, fencing_token, step)
       values ('00000000-0000-4000-8000-000000000001', $1, 'checklists', 'rollback', $2, $3,
               now() + interval '1 hour', 1000, 'begun')`,
      [TENANT, plan.epoch, plan.hash],
    );
    await database.pool.query(`update mig_tenant set stage = 'rewinding' where tenant = $1`, [
      TENANT,
    ]);
    await expect(recoverTenant(worker, TENANT)).rejects.toMatchObject({ code: 'plan.stale' });
    const expectEpoch = String(plan.epoch);
    expect((await run('rollback', { expectEpoch, reason: 'r' })).code).toBe(EXIT.stale);
    expect(await stage()).toBe('rewinding');
    await database.pool.query(
      `update mig_op set lease_until = now() - interval '1 second' where fencing_token = 1000`,
    );
    await recoverTenant(worker, TENANT);
    expect(await stage()).toBe('verify');
    expect(await nameOf(ids[0]!)).toBe('still there');
    const left = await database.pool.query(`select step from mig_op where fencing_token = 1000`);
    expect(left.rows).toEqual([{ step: 'abandoned' }]);
  });

  it('leaves an unbroken audit', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      expect(await findBrokenAudit(client)).toBeUndefined();
    } finally {
      await client.end();
    }
    expect(await audit()).toEqual([
      ...['register', 'enrol', 'copied', 'paused', 'clear', 'cutover', 'live', 'settle'],
      ...['rollback', 'verify', 'cutover', 'live', 'rollback', 'resume', 'recover'],
    ]);
  });
});

async function laneSend() {
  const row = await readTenant(database.pool, SCOPE);
  return operator.lanes.of(row!);
}
