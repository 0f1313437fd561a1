import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { convergeToPostgres, cutover, rollback } from 'crossgrade/handover';
import { ForgeRecords } from 'crossgrade/live';
import { LIMITS } from '../../checklist/index.ts';
import type { List, Template } from '../../checklist/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import { checklists } from '../records/index.ts';
import { createForgeStorage } from '../testing/forge-storage.ts';
import type { CopiedTenant, ForgeStorage } from '../testing/forge-storage.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { ApiCaller, TestRemote } from '../testing/test-remote.ts';

let remote: TestRemote;
let forge: ForgeStorage;
beforeAll(async () => {
  remote = await startTestRemote(await testDatabase(), { parkMs: 4_000, patienceMs: 700 });
  forge = createForgeStorage(remote.fake);
  remote.fake.answer = forge.answer;
});
afterAll(async () => {
  await remote.close();
  forge.close();
});
afterEach(() => {
  forge.instead = undefined;
});

const lists = '/api/issues/10100/lists';
const namesIn = async (api: ApiCaller): Promise<string[]> => {
  const answer = await api.get(lists);
  expect(answer.status).toBe(200);
  return (answer.body as { lists: List[] }).lists.map(({ name }) => name);
};

interface Moved {
  readonly clientKey: string;
  readonly api: ApiCaller;
  readonly another: (claims: object) => ApiCaller;
  readonly copied: CopiedTenant;
  readonly list: List;
}

/** A tenant with one list of two items, copied and verified. */
async function verified(more = 0): Promise<Moved> {
  const tenant = await remote.installed();
  const page = { issueId: '10100', projectId: '10000' };
  const api = remote.on(tenant, page, { sub: 'uma' });
  const body = { name: 'Before', items: [{ text: 'one' }, { text: 'two', mandatory: true }] };
  const list = (await api.post(lists, body)).body as List;
  for (let n = 0; n < more; n++) await api.post(lists, { name: `L${n}` });
  const copied = await forge.verified(remote.pool, tenant.clientKey);
  return {
    ...{ clientKey: tenant.clientKey, api, copied, list },
    another: (claims) => remote.on(tenant, page, claims as never),
  };
}

async function live(more = 0): Promise<Moved> {
  const moved = await verified(more);
  expect(await cutover(moved.copied.context, { who: 'test', expectEpoch: 1 })).toMatchObject({
    kind: 'live',
  });
  return moved;
}

const inPostgres = async (tenant: string): Promise<string[]> => {
  const found = await remote.pool.query<{ name: string }>(
    'select name from checklist where tenant = $1 order by rank, id',
    [tenant],
  );
  return found.rows.map(({ name }) => name);
};

describe('the legacy app while Forge is the authority', () => {
  it('writes to Forge and reads from there, and a rollback brings everything back', async () => {
    const { api, clientKey, copied, list } = await live();
    const items = `/api/lists/${list.id}/items`;
    expect(await namesIn(api)).toEqual(['Before']);
    const ticked = await api.patch(`${items}/${list.items[0]!.id}`, { done: true });
    expect(ticked.status).toBe(200);
    const added = await api.post(lists, { name: 'After', items: [{ text: 'x' }] });
    expect(added.status).toBe(201);
    const after = added.body as List;
    // Seen at once, though queries lag; and Postgres knows nothing of it yet.
    expect(await namesIn(api)).toEqual(['Before', 'After']);
    expect(await inPostgres(clientKey)).toEqual(['Before']);
    expect((await api.patch(`/api/lists/${after.id}`, { name: 'Renamed' })).status).toBe(200);
    expect((await api.post(`/api/lists/${after.id}/move`, { after: null })).status).toBe(200);
    expect(await namesIn(api)).toEqual(['Renamed', 'Before']);
    const gone = (await api.post(lists, { name: 'Gone' })).body as List;
    expect((await api.delete(`/api/lists/${gone.id}`)).status).toBe(204);
    expect((await api.delete(`/api/lists/${gone.id}`)).status).toBe(404);
    expect(await namesIn(api)).toEqual(['Renamed', 'Before']);

    expect(await rollback(copied.context, 'test', 'second thoughts')).toMatchObject({ epoch: 4 });
    expect(await inPostgres(clientKey)).toEqual(['Renamed', 'Before']);
    expect(await namesIn(api)).toEqual(['Renamed', 'Before']);
    const back = ((await api.get(lists)).body as { lists: List[] }).lists[1]!;
    expect(back.items.map(({ text, done }) => [text, done])).toEqual([
      ['one', true],
      ['two', false],
    ]);
    expect((await api.patch(`/api/lists/${after.id}`, { name: 'In Postgres' })).status).toBe(200);
    expect(await inPostgres(clientKey)).toEqual(['In Postgres', 'Before']);
    await copied.verify();
  });

  it('keeps templates and settings there as well', async () => {
    const { api, another, copied } = await live();
    const ada = another({ sub: 'ada' });
    remote.fake.admins.add('ada');
    const path = '/api/projects/10000/templates';
    const made = (await api.post(path, { name: 'DoD', items: [{ text: 'tests' }] }))
      .body as Template;
    expect((await api.get(path)).body).toEqual({ templates: [made] });
    const applied = await api.post(`${lists}/from-template`, { templateId: made.id });
    expect(applied.body).toMatchObject({ name: 'DoD', templateRevision: 1 });
    const revised = await api.put(`/api/templates/${made.id}`, { name: 'DoD 2', items: [] });
    expect(revised.body).toMatchObject({ revision: 2 });
    expect((await api.get('/api/settings')).body).toEqual({ scope: 'site', value: {} });
    expect((await ada.put('/api/settings', { value: { a: 1 } })).status).toBe(200);
    expect((await api.get('/api/settings')).body).toMatchObject({ value: { a: 1 } });
    await rollback(copied.context, 'test', 'back');
    expect((await api.get(path)).body).toEqual({ templates: [revised.body] });
    expect((await api.get('/api/settings')).body).toMatchObject({ value: { a: 1 } });
  });

  it('keeps every change of many at once, and the limits hold', async () => {
    const { api, list, copied, clientKey } = await live(LIMITS.listsPerIssue - 4);
    const adds = Array.from({ length: 12 }, (_, n) =>
      api.post(`/api/lists/${list.id}/items`, { text: `i${n}` }),
    );
    const ticks = list.items.map(({ id }) =>
      api.patch(`/api/lists/${list.id}/items/${id}`, { done: true }),
    );
    for (const answer of await Promise.all([...adds, ...ticks])) {
      expect(answer.status).toBeLessThan(300);
    }
    const more = Array.from({ length: 6 }, (_, n) => api.post(lists, { name: `M${n}` }));
    const statuses = (await Promise.all(more)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(3);
    expect(statuses.filter((status) => status === 422)).toHaveLength(3);
    expect(await namesIn(api)).toHaveLength(LIMITS.listsPerIssue);
    await rollback(copied.context, 'test', 'back');
    const [count] = (
      await remote.pool.query<{ items: string; done: string }>(
        `select count(*) as items, count(*) filter (where done) as done
         from checklist_item where tenant = $1`,
        [clientKey],
      )
    ).rows;
    expect(count).toEqual({ items: '14', done: '2' });
  }, 30_000);

  it('exports what Forge holds, with what was changed since the cut-over', async () => {
    const { api, another, list } = await live(3);
    remote.fake.admins.add('ada');
    await api.patch(`/api/lists/${list.id}`, { name: 'Newer' });
    await api.post(lists, { name: 'Only at Forge' });
    const answer = await another({ sub: 'ada' }).get('/api/export');
    expect(answer.status).toBe(200);
    const all = answer.body as { lists: List[]; counts: object };
    const names = all.lists.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Newer', 'L0', 'L1', 'L2']));
    expect(names).not.toContain('Before');
    expect(all.counts).toMatchObject({ lists: names.length });
    forge.instead = { status: 500 };
    expect((await another({ sub: 'ada' }).get('/api/export')).status).not.toBe(200);
  }, 30_000);

  it('writes history, and counts progress from Forge', async () => {
    const { api, clientKey, list } = await live();
    remote.fake.calls.length = 0;
    await api.patch(`/api/lists/${list.id}/items/${list.items[1]!.id}`, { done: true });
    const history = await remote.pool.query(
      `select action from history where tenant = $1 order by id desc limit 1`,
      [clientKey],
    );
    expect(history.rows).toEqual([{ action: 'item_ticked' }]);
    const progress = () =>
      remote.fake.calls.filter(({ path }) => path.endsWith('/properties/checklist')).at(-1)?.body;
    for (let i = 0; i < 100 && (progress() as { done?: number } | undefined)?.done !== 1; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(progress()).toEqual({ done: 1, total: 2, required: 1, openRequired: 0 });
  });

  it('answers 503, never an empty or an old list, when Forge is out of reach', async () => {
    const { api, list } = await live();
    for (const instead of ['cut', { status: 500 }, { status: 401, body: {} }] as const) {
      forge.instead = instead;
      for (const answer of [
        await api.get(lists),
        await api.get('/api/settings'),
        await api.get('/api/projects/10000/templates'),
        await api.patch(`/api/lists/${list.id}`, { name: 'never' }),
        await api.post(lists, { name: 'never' }),
      ]) {
        expect(answer.status).toBe(503);
        expect(answer.body).toMatchObject({ error: { code: 'forge_unreachable' } });
        expect(answer.headers['retry-after']).toBeDefined();
      }
    }
    forge.instead = undefined;
    expect(await namesIn(api)).toEqual(['Before']);
  }, 60_000);

  it('answers 503 without a token, never Postgres’ copy as if it were current', async () => {
    const { api, copied } = await live();
    await remote.pool.query('delete from forge_token where installation_id = $1', [
      copied.installationId,
    ]);
    // The token found last is believed for some seconds; a remote that starts now knows none.
    const other = await remote.another({ patienceMs: 300 });
    const { default: request } = await import('supertest');
    const answer = await request(other.app).get(lists).set('authorization', `JWT ${api.token}`);
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ error: { code: 'forge_unreachable' } });
  });

  it('keeps a list that is larger than one value of Forge, and answers it whole', async () => {
    const { api, list } = await live();
    const items = Array.from({ length: 190 }, () => ({ text: '漢'.repeat(1_000) }));
    const answer = await api.post(lists, { name: 'Large', items });
    expect(answer.status).toBe(201);
    const read = (await api.get(lists)).body as { lists: List[] };
    expect(read.lists.map(({ id, items: { length } }) => [id, length])).toEqual([
      [list.id, 2],
      [(answer.body as List).id, 190],
    ]);
    expect(read.lists[1]!.items[189]!.text).toBe('漢'.repeat(1_000));
  });
});

describe('a hand-over', () => {
  it('parks requests and serves every one of them', async () => {
    const { api, list, copied, clientKey } = await verified();
    const statuses: number[] = [];
    let isRunning = true;
    const writer = async (n: number): Promise<number> => {
      let written = 0;
      for (; isRunning; written++) {
        const answer = await api.post(`/api/lists/${list.id}/items`, { text: `w${n}.${written}` });
        statuses.push(answer.status);
        const read = await api.get(lists);
        expect(read.status).toBe(200);
        expect((read.body as { lists: List[] }).lists).toHaveLength(1);
      }
      return written;
    };
    const writers = [writer(1), writer(2)];
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await cutover(copied.context, { who: 'test', expectEpoch: 1 })).toMatchObject({
      kind: 'live',
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await rollback(copied.context, 'test', 'back');
    await new Promise((resolve) => setTimeout(resolve, 200));
    isRunning = false;
    const written = (await Promise.all(writers)).reduce((sum, each) => sum + each, 0);
    expect(new Set(statuses)).toEqual(new Set([201]));
    const found = await remote.pool.query<{ count: string }>(
      'select count(*) from checklist_item where tenant = $1',
      [clientKey],
    );
    expect(Number(found.rows[0]!.count)).toBe(written + list.items.length);
  }, 60_000);

  it('answers 503 when it does not end, and what is read then is what Postgres has', async () => {
    const { api, clientKey, copied } = await verified();
    await remote.pool.query(`update mig_tenant set stage = 'draining' where tenant = $1`, [
      clientKey,
    ]);
    await remote.pool.query(`update mig_gate set gate = 'closed' where tenant = $1`, [clientKey]);
    expect(await namesIn(api)).toEqual(['Before']);
    const answer = await api.post(lists, { name: 'B' });
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ error: { code: 'handover_in_progress' } });
    const parked = api.post(lists, { name: 'C' });
    const [{ status }] = await Promise.all([
      parked,
      new Promise((resolve) => setTimeout(resolve, 300)).then(() =>
        convergeToPostgres(copied.context),
      ),
    ]);
    expect(status).toBe(201);
    expect(await inPostgres(clientKey)).toEqual(['Before', 'C']);
  }, 30_000);

  it('answers from each bucket’s own side when its process died between flip and stage', async () => {
    const { api, clientKey, copied, list } = await live();
    await remote.pool.query(`update mig_tenant set stage = 'draining' where tenant = $1`, [
      clientKey,
    ]);
    const records = new ForgeRecords(copied.context.send, checklists);
    await records.change(`list:${list.id}`, 'from a function', (present) => {
      const record = present as { doc: Record<string, string> };
      return { ...record, doc: { ...record.doc, name: 'By a function' } };
    });
    expect(await namesIn(api)).toEqual(['By a function']);
    expect((await api.post(lists, { name: 'New' })).status).toBe(201);
    expect(await namesIn(api)).toEqual(['By a function', 'New']);
  });
});
