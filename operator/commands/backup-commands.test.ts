import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readTenant } from 'crossgrade/postgres';
import { scrub } from 'crossgrade/verify';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { deleteList, insertList } from '../../test/migration/support/rows.ts';
import { startStoreOverHttp, type StoreOverHttp } from '../testing/store-over-http.ts';
import { copyTenant, enrolTenant, pushTenant } from '../worker/jobs.ts';
import { Lanes } from '../worker/tenant-lane.ts';
import type { WorkerContext } from '../worker/worker-context.ts';
import { exportCommand } from './export-command.ts';
import { EXIT } from './handover-command.ts';
import { repairCommand } from './repair-command.ts';
import { restoreCommand, type RestoreCommandOptions } from './restore-command.ts';

const TENANT = 'acme';
let database: TestDatabase;
let forge: StoreOverHttp;
let worker: WorkerContext;
let root: string;
let ids: string[];

beforeAll(async () => {
  database = await testDatabase();
  forge = await startStoreOverHttp(database.url, TENANT);
  root = await mkdtemp(join(tmpdir(), 'crossgrade-commands-'));
  const { pool } = database;
  worker = {
    ...{ pool, config: forge.config, who: 'worker test', log: pino({ level: 'silent' }) },
    lanes: new Lanes(pool, forge.config),
    isStopping: () => false,
    addJob: () => Promise.resolve(),
  };
  ids = [];
  for (let i = 0; i < 6; i += 1) ids.push(await insertList(pool, TENANT));
  await enrolTenant(worker, TENANT);
  await copyTenant(worker, TENANT);
  await pushTenant(worker, TENANT);
}, 60_000);
afterAll(async () => {
  await forge.close();
  await rm(root, { recursive: true });
  await database.drop();
});

interface Said extends Record<string, unknown> {
  next_steps: string[];
}
async function saying(
  work: (print: (line: string) => void) => Promise<number>,
): Promise<{ code: number; said: Said }> {
  const lines: string[] = [];
  const code = await work((line) => lines.push(line));
  return { code, said: JSON.parse(lines.join('\n')) as Said };
}
const exportTo = (folder: string) =>
  saying((print) =>
    exportCommand(forge.config, TENANT, folder, { who: 'olga', json: true }, print),
  );
const restore = (tenant: string, folder: string, options: Partial<RestoreCommandOptions>) =>
  saying((print) =>
    restoreCommand(forge.config, tenant, folder, { who: 'olga', json: true, ...options }, print),
  );

describe('the commands of backups', () => {
  it('export a tenant, and say what was read', async () => {
    const { code, said } = await exportTo(join(root, 'one'));
    expect(code).toBe(EXIT.done);
    expect(said).toMatchObject({
      ...{ tenant: TENANT, authority: 'postgres', consistency: 'tenant', records: 6, files: 1 },
      next_steps: [],
    });
    const again = await exportTo(join(root, 'one'));
    expect(again).toMatchObject({ code: EXIT.refused, said: { error: { code: 'backup.exists' } } });
  });

  it('plan a restore first, ask for the tenant’s name, and apply it for exactly that epoch', async () => {
    const folder = join(root, 'one');
    const done = await restore(TENANT, folder, { plan: true });
    expect(done.said).toMatchObject({ newer: 0, same: 6, isDone: true, next_steps: [] });

    await deleteList(database.pool, TENANT, ids[0]!);
    const key = `list:${ids[0]}`;
    const { code, said } = await restore(TENANT, folder, { plan: true, asNew: [key] });
    expect(code).toBe(EXIT.done);
    expect(said.next_steps).toEqual([
      `xg restore ${TENANT} ${folder} --expect-epoch 1 --confirm ${TENANT} --as-new ${key}`,
    ]);
    const unnamed = await restore(TENANT, folder, { expectEpoch: '1', asNew: [key] });
    expect(unnamed).toMatchObject({
      code: EXIT.refused,
      said: { error: { code: 'config.invalid' } },
    });
    const options = { confirm: TENANT, asNew: [key] };
    const stale = await restore(TENANT, folder, { ...options, expectEpoch: '7' });
    expect(stale.code).toBe(EXIT.stale);
    const applied = await restore(TENANT, folder, { ...options, expectEpoch: '1' });
    expect(applied).toMatchObject({ code: EXIT.done, said: { outcome: 'done', applied: 1 } });
  });

  it('put a whole tenant into another one only when that is said', async () => {
    const folder = join(root, 'one');
    const refused = await restore('other', folder, { plan: true });
    expect(refused.code).toBe(EXIT.refused);
    const options = { intoAnotherTenant: true, confirm: 'other', expectEpoch: '1' };
    const { code, said } = await restore('other', folder, options);
    expect(code).toBe(EXIT.done);
    expect(said).toMatchObject({ applied: 6, epoch: 1_001, next_steps: [] });
  });

  it('refuse a damaged backup by the name of its file', async () => {
    const folder = join(root, 'damaged');
    await exportTo(folder);
    await truncate(join(folder, 'part-000001.ndjson'), 100);
    const { code, said } = await restore(TENANT, folder, { plan: true });
    expect(code).toBe(EXIT.refused);
    expect(said['error']).toMatchObject({ code: 'backup.damaged' });
    expect(JSON.stringify(said)).toContain('part-000001.ndjson');
  });

  it('repair what the last pass found, for a reason', async () => {
    await pushTenant(worker, TENANT);
    const item = [...forge.store.inspect(forge.installationId)].find(
      (one) => one.key === `list:${ids[3]}`,
    )!;
    const value = item.value as { doc: object };
    await forge.store.handle(
      ...([forge.installationId, '/entity/set'] as const),
      JSON.stringify({
        ...{ entityName: 'tally-list', key: item.key },
        value: { ...value, doc: { ...value.doc, name: 'Hijacked' } },
      }),
    );
    const row = await readTenant(database.pool, { tenant: TENANT, group: 'checklists' });
    const verification = (await worker.lanes.of(row!)).verify(() => false);
    expect(await scrub(verification)).toMatchObject({ result: 'different', differences: 1 });
    const repair = (options: object) =>
      saying((print) =>
        repairCommand(forge.config, TENANT, [], { who: 'olga', json: true, ...options }, print),
      );
    expect((await repair({ plan: true })).said).toMatchObject({ keys: [`list:${ids[3]}`] });
    expect((await repair({ expectEpoch: '1' })).code).toBe(EXIT.refused);
    const done = await repair({ expectEpoch: '1', reason: 'somebody wrote past the layer' });
    expect(done).toMatchObject({ code: EXIT.done, said: { repaired: 1 } });
    await pushTenant(worker, TENANT);
    expect(await scrub(verification)).toMatchObject({ result: 'clean' });
  });
});
