import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from 'crossgrade';
import { ForgeRecords, reverseLag } from 'crossgrade/live';
import { readTenant, tenantProgress } from 'crossgrade/postgres';
import { pino } from 'pino';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { insertList, renameList } from '../../test/migration/support/rows.ts';
import { applyCommand, planCommand, type Operator } from '../handover/index.ts';
import { startStoreOverHttp, type StoreOverHttp } from '../testing/store-over-http.ts';
import { runWorker, type RunningWorker } from './run-worker.ts';
import { Lanes } from './tenant-lane.ts';

const TENANT = 'acme';
const SCOPE = { tenant: TENANT, group: 'checklists' };
let database: TestDatabase;
let forge: StoreOverHttp;
let operator: Operator;
let running: RunningWorker;
let id: string;

beforeAll(async () => {
  database = await testDatabase();
  forge = await startStoreOverHttp(database.url, TENANT);
  const { pool } = database;
  operator = { pool, config: forge.config, lanes: new Lanes(pool, forge.config) };
  id = await insertList(pool, TENANT);
  for (let i = 0; i < 5; i++) await insertList(pool, TENANT);
  running = await runWorker(forge.config, pino({ level: 'silent' }));
});
afterAll(async () => {
  await running.stop();
  await forge.close();
  await database.drop();
});

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const now = await tenantProgress(database.pool, TENANT, SCOPE.group);
  throw new Error(`never happened: ${what}; ${JSON.stringify(now)}`);
}
const stage = async () => (await readTenant(database.pool, SCOPE))?.stage;
const isReady = async () =>
  (await stage()) === 'verify' &&
  (await planCommand(operator, 'cutover', TENANT)).refusals.length === 0;
const apply = async (command: 'cutover' | 'rollback') => {
  const { epoch, hash } = await planCommand(operator, command, TENANT);
  const reason = 'test';
  return applyCommand(operator, command, TENANT, {
    ...{ who: 'olga', expectEpoch: epoch, expectHash: hash, reason },
  });
};
const nameOf = async () => {
  const found = await database.pool.query<{ name: string }>(
    'select name from checklist where tenant = $1 and id = $2',
    [TENANT, id],
  );
  return found.rows[0]?.name;
};
const renameAtForge = async (name: string) => {
  const { send } = await operator.lanes.of((await readTenant(database.pool, SCOPE))!);
  return new ForgeRecords(send, checklists).change(`list:${id}`, name, (present) => {
    const record = present as { doc: Record<string, Json> };
    return { ...record, doc: { ...record.doc, name } };
  });
};

describe('a worker, while tenants are handed over', () => {
  it('copies and verifies until the cut-over may be made', async () => {
    await until('ready', isReady);
    expect(await apply('cutover')).toMatchObject({ outcome: 'done', stage: 'live' });
  }, 60_000);

  it('brings back what functions write without telling anybody', async () => {
    expect(await renameAtForge('by a function')).toMatchObject({ kind: 'changed' });
    await until('reversed', async () => (await nameOf()) === 'by a function');
    await until('no lag', async () => (await reverseLag(database.pool, SCOPE)) === 0);
  }, 60_000);

  it('reads all of it back once while Forge is the authority', async () => {
    await until('verified at Forge', async () => {
      const passes = await database.pool.query(
        `select 1 from mig_pass p join mig_gate g using (tenant, grp)
         where p.kind = 'scrub' and p.result = 'clean' and p.compared = 6 and p.epoch > g.epoch`,
      );
      return passes.rowCount === 1;
    });
  }, 60_000);

  it('finishes a hand-over whose process has died after the flip', async () => {
    await database.pool.query(`update mig_tenant set stage = 'draining' where tenant = $1`, [
      TENANT,
    ]);
    await until('live again', async () => (await stage()) === 'live');
  }, 60_000);

  it('undoes a rollback’s interruption, and verifies anew, so that it can be cut over again', async () => {
    await renameAtForge('last one');
    await database.pool.query(`update mig_tenant set stage = 'rewinding' where tenant = $1`, [
      TENANT,
    ]);
    await until('back', async () => (await stage()) === 'verify');
    expect(await nameOf()).toBe('last one');
    await renameList(database.pool, TENANT, id, 'in Postgres');
    await until('ready again', isReady);
    const passes = await database.pool.query<{ compared: string }>(
      `select compared from mig_pass where kind = 'scrub' and result = 'clean' order by started desc limit 1`,
    );
    expect(passes.rows).toEqual([{ compared: '6' }]);
    expect(await apply('cutover')).toMatchObject({ outcome: 'done', stage: 'live' });
  }, 60_000);

  it('quarantines a tenant whose log has a hole, and says why', async () => {
    await renameAtForge('a');
    await until('reversed', async () => (await nameOf()) === 'a');
    const { send } = await operator.lanes.of((await readTenant(database.pool, SCOPE))!);
    // A head that moved without a log entry: only something outside the layer can do that.
    for (const item of forge.store.inspect(forge.installationId)) {
      if (item.entityName !== 'mig-head') continue;
      const head = item.value as { seq: number };
      await send.carrier.transact({
        set: [
          {
            key: item.key,
            entity: 'mig-head',
            json: JSON.stringify({ ...head, seq: head.seq + 1 }),
          },
        ],
        delete: [],
      });
      break;
    }
    await until('quarantined', async () => {
      const row = await readTenant(database.pool, SCOPE);
      return row?.condition === 'quarantined';
    });
    const row = await readTenant(database.pool, SCOPE);
    expect(row?.condition_reason).toContain('log.entry_missing');
    const plan = await planCommand(operator, 'rollback', TENANT);
    expect(plan.stage).toBe('live');
  }, 60_000);
});
