import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { List } from '../../checklist/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import { createSiteClient } from '../connect/site-client.ts';
import { createTenantStore } from '../connect/tenant-store.ts';
import { createDatabase } from '../database/create-database.ts';
import { createChecklistReader } from '../store/checklist-reader.ts';
import { createLogger } from '../logging/create-logger.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { ApiCaller, TestRemote } from '../testing/test-remote.ts';
import { CONNECT_KEY } from '../testing/tokens.ts';
import type { TestTenant } from '../testing/tokens.ts';
import { createProgressSweeper } from './progress-sweeper.ts';
import type { ProgressSweeper } from './progress-sweeper.ts';

let remote: TestRemote;
let sweeper: ProgressSweeper;
let ownPool: pg.Pool;
let tenant: TestTenant;
let api: ApiCaller;
let issueId = 500;

beforeAll(async () => {
  remote = await startTestRemote(await testDatabase());
  // The remote's own sweeper must not get there first.
  await remote.pool.query(
    `create function hold() returns trigger language plpgsql as
       $$ begin if current_setting('application_name') = 'tally-remote' and old.xact = new.xact and new.attempts > old.attempts
            then return null; end if; return new; end $$;
     create trigger hold before update on progress_due for each row execute function hold();`,
  );
  ownPool = new pg.Pool({ connectionString: remote.databaseUrl, max: 3 });
  const site = createSiteClient({
    tenants: createTenantStore(ownPool),
    connectKey: CONNECT_KEY,
    now: Date.now,
    sleep: () => Promise.resolve(),
  });
  sweeper = createProgressSweeper({
    pool: ownPool,
    site,
    storeOf: (of) => createChecklistReader(createDatabase(ownPool), of),
    logger: createLogger('silent'),
    every: 1e9,
  });
});
afterAll(async () => {
  await sweeper.close();
  await ownPool.end();
  await remote.close();
});
beforeEach(async () => {
  remote.fake.answer = () => undefined;
  remote.fake.calls.length = 0;
  tenant = await remote.installed();
  issueId += 1;
  api = remote.on(tenant, { issueId: String(issueId), projectId: '1' });
});

const lists = () => `/api/issues/${issueId}/lists`;
const due = async () => {
  const found = await ownPool.query<{ attempts: number; late: boolean }>(
    'select attempts, next_at > now() as late from progress_due where tenant = $1',
    [tenant.clientKey],
  );
  return found.rows;
};
const puts = () =>
  remote.fake.calls.filter(
    ({ method, path }) => method === 'PUT' && path.includes(`/issue/${issueId}/`),
  );

describe('the progress in Jira', () => {
  it('is written once for several changes, signed, to the issue’s property', async () => {
    const items = [
      { text: 'a', done: true },
      { text: 'b', mandatory: true },
    ];
    const list = (await api.post(lists(), { name: 'A', items })).body as List;
    await api.post(`/api/lists/${list.id}/items`, { text: 'c' });
    expect(await due()).toHaveLength(1);
    await sweeper.sweep();
    expect(await due()).toEqual([]);
    expect(puts()).toHaveLength(1);
    expect(puts()[0]).toMatchObject({
      path: `/sites/${tenant.slug}/rest/api/3/issue/${issueId}/properties/checklist`,
      body: { done: 1, total: 3, required: 1, openRequired: 1 },
    });
    expect(puts()[0]?.authorization).toMatch(/^JWT /);
  });

  it('is written as zero when the last list is deleted', async () => {
    const list = (await api.post(lists(), { name: 'A', items: [{ text: 'a' }] })).body as List;
    await api.delete(`/api/lists/${list.id}`);
    await sweeper.sweep();
    expect(puts()[0]?.body).toEqual({ done: 0, total: 0, required: 0, openRequired: 0 });
  });

  it('stays due while the site fails, with a growing wait, and comes later', async () => {
    await api.post(lists(), { name: 'A' });
    remote.fake.answer = ({ method }) => (method === 'PUT' ? { status: 503 } : undefined);
    await sweeper.sweep();
    expect(puts()).toHaveLength(3);
    expect(await due()).toEqual([{ attempts: 1, late: true }]);
    await sweeper.sweep();
    expect(puts()).toHaveLength(3);
    remote.fake.answer = () => undefined;
    await ownPool.query('update progress_due set next_at = now()');
    await sweeper.sweep();
    expect(await due()).toEqual([]);
  });

  it('is given up for an issue that was deleted', async () => {
    await api.post(lists(), { name: 'A' });
    remote.fake.answer = ({ method }) => (method === 'PUT' ? { status: 404 } : undefined);
    await sweeper.sweep();
    expect(await due()).toEqual([]);
  });

  it('loses no change that comes while the property is being written', async () => {
    const list = (await api.post(lists(), { name: 'A', items: [{ text: 'a' }] })).body as List;
    let ticked = false;
    remote.fake.answer = async ({ method }) => {
      if (method !== 'PUT' || ticked) return undefined;
      ticked = true;
      await api.patch(`/api/lists/${list.id}/items/${list.items[0]!.id}`, { done: true });
      return { status: 200 };
    };
    await sweeper.sweep();
    expect(await due()).toHaveLength(1);
    await ownPool.query('update progress_due set next_at = now()');
    await sweeper.sweep();
    expect(puts().at(-1)?.body).toMatchObject({ done: 1, total: 1 });
    expect(await due()).toEqual([]);
  });

  it('is dropped for a tenant that is gone', async () => {
    await api.post(lists(), { name: 'A' });
    await ownPool.query('delete from "AddonSettings" where "clientKey" = $1', [tenant.clientKey]);
    await sweeper.sweep();
    expect(puts()).toEqual([]);
    expect(await due()).toEqual([]);
  });
});

describe('the running remote', () => {
  it('writes it by itself', async () => {
    await ownPool.query('drop trigger hold on progress_due');
    await api.post(lists(), { name: 'A' });
    while (puts().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(puts()).toHaveLength(1);
  });
});
