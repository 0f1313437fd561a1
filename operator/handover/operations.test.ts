import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { HEAD_ENTITY } from '../../storage-migration/bucket/head.ts';
import { appItem, ForgeRecords } from 'crossgrade/live';
import { LEAP } from 'crossgrade/handover';
import { findBrokenAudit, readTenant } from 'crossgrade/postgres';
import pg from 'pg';
import { pino } from 'pino';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { insertList } from '../../test/migration/support/rows.ts';
import {
  EXIT,
  handoverCommand,
  type HandoverCommandOptions,
} from '../commands/handover-command.ts';
import type { CrossgradeConfig } from '../config.ts';
import { startStoreOverHttp, type StoreOverHttp } from '../testing/store-over-http.ts';
import { renamed } from '../testing/tenant-at.ts';
import { recoverTenant, reverseTenant } from '../worker/handover-jobs.ts';
import { copyTenant, pushTenant } from '../worker/jobs.ts';
import { runJob } from '../worker/run-job.ts';
import { sweepHandovers } from '../worker/sweep-handovers.ts';
import { Lanes } from '../worker/tenant-lane.ts';
import type { WorkerContext } from '../worker/worker-context.ts';
import type { Command } from './index.ts';

const TENANT = 'acme';
const SCOPE = { tenant: TENANT, group: 'checklists' };
let database: TestDatabase;
let forge: StoreOverHttp;
let config: CrossgradeConfig;
let worker: WorkerContext;
let ids: string[];
let tokenEnds: Date | undefined;

beforeAll(async () => {
  database = await testDatabase();
  forge = await startStoreOverHttp(database.url, TENANT);
  const { pool } = database;
  config = { ...forge.config, systemTokenEnds: () => Promise.resolve(tokenEnds) };
  worker = {
    ...{ pool, config, who: 'worker test', log: pino({ level: 'silent' }) },
    lanes: new Lanes(pool, config),
    isStopping: () => false,
    addJob: () => Promise.resolve(),
  };
  ids = [];
  for (let i = 0; i < 6; i++) ids.push(await insertList(pool, TENANT, { items: i % 4 }));
}, 60_000);
afterAll(async () => {
  await forge.close();
  await database.drop();
});

async function run(
  command: Command,
  options: Partial<HandoverCommandOptions> = {},
): Promise<{ code: number; said: Record<string, unknown> & { next_steps: string[] } }> {
  const lines: string[] = [];
  const who = 'olga';
  const code = await handoverCommand(
    config,
    command,
    TENANT,
    { who, json: true, ...options },
    (line) => lines.push(line),
  );
  return { code, said: JSON.parse(lines.join('\n')) as never };
}
const planned = (command: Command, options: Partial<HandoverCommandOptions> = {}) =>
  run(command, { plan: true, ...options });
/** Plans it and applies exactly that. */
async function order(command: Command, options: Partial<HandoverCommandOptions> = {}) {
  const { said } = await planned(command, options);
  const words = { reason: 'r', confirm: TENANT, expectEpoch: String(said['epoch']) };
  return run(command, { ...words, hash: String(said['hash']), ...options });
}
const refusalsOf = async (command: Command): Promise<unknown> =>
  (await planned(command)).said['refusals'];
const lane = async () => worker.lanes.of((await readTenant(database.pool, SCOPE))!);
const gateOf = async () =>
  (await database.pool.query(`select gate, epoch from mig_gate where tenant = $1`, [TENANT]))
    .rows[0] as unknown;

describe('operations, as an operator gives them', () => {
  it('enrols a linked tenant that has no row yet, once', async () => {
    const { code, said } = await planned('enrol');
    expect(code).toBe(EXIT.done);
    expect(said).toMatchObject({ stage: 'off', epoch: 1, refusals: [] });
    expect(await readTenant(database.pool, SCOPE)).toBeUndefined();
    expect((await run('enrol', { expectEpoch: '1', hash: 'f00' })).code).toBe(EXIT.stale);
    expect((await order('enrol')).said).toMatchObject({ outcome: 'done', stage: 'copy' });
    expect((await run('enrol', { expectEpoch: '1' })).said).toMatchObject({ outcome: 'already' });
    const stranger = await handoverCommand(
      config,
      'enrol',
      'nobody',
      { who: 'olga', plan: true, json: true },
      () => undefined,
    );
    expect(stranger).toBe(EXIT.refused);
  });

  it('verifies with a plan, tells by its exit code, and leaves the pass in the audit', async () => {
    await copyTenant(worker, TENANT);
    await pushTenant(worker, TENANT);
    expect((await planned('verify')).said).toMatchObject({ stage: 'verify', refusals: [] });
    const { code, said } = await order('verify', { full: true });
    expect(code).toBe(EXIT.done);
    expect(said).toMatchObject({ outcome: 'done', detail: { result: 'clean', compared: 6 } });
    const audit = await database.pool.query<{ evidence: string }>(
      `select evidence from mig_audit where tenant = $1 and action = 'verify'`,
      [TENANT],
    );
    expect(audit.rows[0]?.evidence).toMatch(/clean, .* clean$/);
  });

  it('says by code what speaks against a cut-over', async () => {
    const { pool } = database;
    expect(await refusalsOf('cutover')).toEqual([]);
    tokenEnds = new Date(Date.now() + 60_000);
    expect(await refusalsOf('cutover')).toMatchObject([{ code: 'token.ends_soon' }]);
    tokenEnds = undefined;
    await pool.query(
      `insert into mig_dirty (tenant, grp, key, epoch, n, since)
       values ($1, 'checklists', 'list:x', 1, 1, now() - interval '10 minutes')`,
      [TENANT],
    );
    expect(await refusalsOf('cutover')).toMatchObject([{ code: 'lag.too_high' }]);
    await pool.query(`delete from mig_dirty where key = 'list:x'`);
    const state = await pool.query<{ state: Record<string, unknown> }>(
      'select state from mig_quota',
    );
    const setState = (value: object) =>
      pool.query('update mig_quota set state = $1', [JSON.stringify(value)]);
    await setState({ ...state.rows[0]!.state, blockedUntil: Date.now() + 60_000 });
    expect(await refusalsOf('cutover')).toMatchObject([{ code: 'quota.tight' }]);
    await setState(state.rows[0]!.state);
    const { send } = await lane();
    // An app of before the handshake says nothing. Where functions work on records, that is too old.
    const lenient = config;
    config = { ...lenient, requiresApp: true };
    expect(await refusalsOf('cutover')).toMatchObject([
      { code: 'app.mismatch', reason: expect.stringContaining('too old') },
    ]);
    config = lenient;
    expect(JSON.stringify((await planned('cutover')).said['risks'])).toContain('has not said');
    await send.carrier.transact({ set: [appItem('checklists', 99)], delete: [] });
    expect(await refusalsOf('cutover')).toMatchObject([{ code: 'app.mismatch' }]);
    await send.carrier.transact({ set: [appItem('checklists', checklists.mapping)], delete: [] });
    const { said } = await planned('cutover');
    expect(said).toMatchObject({ refusals: [] });
    expect(JSON.stringify(said['risks'])).not.toContain('has not said');
    // A pass goes stale after a day.
    await pool.query(`update mig_pass set ended = ended - interval '25 hours'`);
    expect(await refusalsOf('cutover')).toMatchObject([{ code: 'verify.not_clean' }]);
    await pool.query(`update mig_pass set ended = ended + interval '25 hours'`);
  });

  it('flies a canary the whole way, in a bucket of its own, and leaves nothing of it', async () => {
    const before = keysInForge();
    const versions = await versionsHere();
    // What an earlier flight has left when its process died: a head with Forge.
    await setCanary('F');
    expect(await refusalsOf('cutover')).toEqual([]);
    await setCanary('D');
    expect(await refusalsOf('cutover')).toEqual([]);
    expect(await versionsHere()).toEqual(versions);
    expect(keysInForge()).toEqual(before);
    await database.pool.query(
      `create function no_writes() returns trigger language plpgsql as
         $$ begin raise exception 'this table is read-only'; end $$`,
    );
    await database.pool.query(
      `create trigger no_writes before insert or update or delete on checklist
       for each row execute function no_writes()`,
    );
    const refused = await planned('cutover');
    await database.pool.query('drop trigger no_writes on checklist');
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.said['refusals']).toMatchObject([
      { code: 'canary.failed', reason: expect.stringContaining('this table is read-only') },
    ]);
    expect((await order('cutover')).said).toMatchObject({ outcome: 'done', stage: 'live' });
  });

  it('erases by key, refuses what is no key, and asks for the tenant’s name', async () => {
    const keys = [`list:${ids[5]}`];
    const words = { keys, reason: 'r', expectEpoch: '1' };
    expect((await run('erase', { ...words, confirm: 'acne' })).said['error']).toMatchObject({
      code: 'confirm.missing',
    });
    expect((await planned('erase', { keys: ['person:1'] })).said['refusals']).toMatchObject([
      { code: 'config.invalid' },
    ]);
    const other = await planned('erase', { keys: [`list:${ids[4]}`] });
    const plan = await planned('erase', { keys });
    expect(plan.said['hash']).not.toBe(other.said['hash']);
    const { code, said } = await order('erase', { keys });
    expect(code).toBe(EXIT.done);
    expect(said).toMatchObject({ detail: { records: 1 } });
    const left = await database.pool.query('select 1 from checklist where id = $1', [ids[5]]);
    expect(left.rowCount).toBe(0);
  });

  it('leaves an erasure that was begun to a worker', async () => {
    const { operations } = await lane();
    await operations.operations.beginErasure([`list:${ids[4]}`], 'olga', 'r');
    expect(await sweptJobs()).toEqual(
      expect.arrayContaining([`erase/${TENANT}`, `reverse/${TENANT}`]),
    );
    await runJob(worker, 'erase', TENANT);
    expect(await readTenant(database.pool, SCOPE)).toMatchObject({ condition: null });
    expect(await sweptJobs()).not.toContain(`erase/${TENANT}`);
    const left = await database.pool.query('select 1 from checklist where id = $1', [ids[4]]);
    expect(left.rowCount).toBe(0);
  });

  it('finalizes with the tenant’s name typed, and refuses every way back', async () => {
    const { send } = await lane();
    await new ForgeRecords(send, checklists).change(`list:${ids[0]}`, 'a', renamed('last one'));
    expect((await order('finalize')).said['error']).toMatchObject({ code: 'stage.unexpected' });
    expect((await order('settle')).said).toMatchObject({ stage: 'settled' });
    expect((await order('finalize', { confirm: 'other' })).code).toBe(EXIT.refused);
    expect(await gateOf()).toEqual({ gate: 'closed', epoch: 1 });
    // A process that dies right after its beginning is found by the sweep; the same command goes on with it too.
    await (await lane()).operations.operations.beginSealing('olga', 'r');
    expect(await sweptJobs()).toContain(`recover/${TENANT}`);
    const { code, said } = await order('finalize');
    expect(code).toBe(EXIT.done);
    expect(said).toMatchObject({ stage: 'final', detail: { applied: 1, tombstones: 2 } });
    expect(
      (await run('finalize', { expectEpoch: '1', confirm: TENANT, reason: 'r' })).said,
    ).toMatchObject({ outcome: 'already' });
    const refused = await run('rollback', { expectEpoch: '1', reason: 'r' });
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.said['error']).toMatchObject({ code: 'head.sealed' });
    expect(refused.said.next_steps[0]).toContain('no way leads back');
    for (const command of ['cutover', 'recover', 'force-failover', 'resume-forge'] as const) {
      const plan = await planned(command);
      const isHarmless = plan.said['isDone'] === true || plan.code === EXIT.refused;
      expect({ command, isHarmless }).toEqual({ command, isHarmless: true });
    }
    await recoverTenant(worker, TENANT);
    await reverseTenant(worker, TENANT);
    expect(await gateOf()).toEqual({ gate: 'closed', epoch: 1 });
  });

  it('leaves an unbroken audit, with a reason wherever one was asked for', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      expect(await findBrokenAudit(client)).toBeUndefined();
    } finally {
      await client.end();
    }
    const rows = await database.pool.query<{ action: string }>(
      `select action from mig_audit where tenant = $1 order by id`,
      [TENANT],
    );
    expect(rows.rows.map(({ action }) => action)).toEqual([
      ...['register', 'enrol', 'copied', 'verify', 'cutover', 'live', 'erase', 'erased'],
      ...['erase', 'erased'],
      ...['settle', 'finalize', 'final', 'swept'],
    ]);
  });

  it('terminates, and enrols again only in another installation', async () => {
    const { pool } = database;
    await pool.query(
      `update mig_tenant set stage = 'verify', sealing_since = null where tenant = $1`,
      [TENANT],
    );
    await pool.query(`select mig_open_gate($1, 'checklists', 50)`, [TENANT]);
    const plan = await planned('terminate');
    expect(plan.said).toMatchObject({ refusals: [], stage: 'verify' });
    expect((await order('terminate')).said).toMatchObject({ outcome: 'done', stage: 'off' });
    expect(await refusalsOf('enrol')).toMatchObject([{ code: 'stage.unexpected' }]);
    const installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
    config = {
      ...config,
      linkedTenants: () => Promise.resolve([{ tenant: TENANT, cloudId: 'c', installationId }]),
    };
    // Far above all that the installation before it could still have under way.
    expect((await planned('enrol')).said).toMatchObject({
      stage: 'off',
      epoch: 50 + LEAP,
      refusals: [],
    });
  });
});

/** What a worker's sweep would queue now, by a worker that has not looked before. */
async function sweptJobs(): Promise<readonly string[]> {
  const jobs: string[] = [];
  await sweepHandovers({ ...worker }, (job, tenant) => {
    jobs.push(`${job}/${tenant}`);
    return Promise.resolve();
  });
  return jobs;
}

function keysInForge(): readonly string[] {
  return [...forge.store.inspect(forge.installationId)]
    .map(({ key }) => key)
    .filter((key) => !key.startsWith('h:'))
    .sort();
}

async function versionsHere(): Promise<unknown> {
  const found = await database.pool.query(
    'select key, epoch, n, deleted from mig_ver where tenant = $1 order by key',
    [TENANT],
  );
  return found.rows;
}

async function setCanary(auth: 'F' | 'D'): Promise<void> {
  const { send } = await lane();
  const key = `h:checklists:${send.scope.buckets}`;
  const item = { key, entity: HEAD_ENTITY };
  const found = await send.carrier.get(item);
  if (found.kind !== 'ok') throw new Error(found.kind);
  const value = found.value?.value as Record<string, unknown>;
  const json = JSON.stringify({ ...value, auth, epoch: Number(value['epoch']) + 1 });
  await send.carrier.transact({ set: [{ ...item, json }], delete: [] });
}
