import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { upgradeStatusSchema } from '../../checklist/index.ts';
import type { List, Template } from '../../checklist/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { TestRemote } from '../testing/test-remote.ts';

let remote: TestRemote;
beforeAll(async () => {
  remote = await startTestRemote(await testDatabase());
});
afterAll(() => remote.close());
beforeEach(() => {
  remote.fake.answer = () => undefined;
});

const page = { issueId: '10100', projectId: '10000' };

describe('templates', () => {
  it('are made, revised, applied and deleted in their project', async () => {
    const api = remote.on(await remote.installed(), page);
    const path = '/api/projects/10000/templates';
    const body = { name: 'DoD', items: [{ text: 'tests', mandatory: true }] };
    const made = await api.post(path, body);
    expect(made.status).toBe(201);
    const template = made.body as Template;
    expect(template).toMatchObject({ revision: 1, projectId: '10000' });
    const revised = await api.put(`/api/templates/${template.id}`, { name: 'DoD 2', items: [] });
    expect(revised.body).toMatchObject({ revision: 2, items: [] });
    expect((await api.get(path)).body).toEqual({ templates: [revised.body] });
    const applied = await api.post('/api/issues/10100/lists/from-template', {
      templateId: template.id,
    });
    expect(applied.status).toBe(201);
    expect(applied.body).toMatchObject({ name: 'DoD 2', templateRevision: 2 });
    expect((await api.delete(`/api/templates/${template.id}`)).status).toBe(204);
    expect((await api.delete(`/api/templates/${template.id}`)).status).toBe(404);
  });

  it('are 404 from another project and another tenant, 400 when malformed', async () => {
    const tenant = await remote.installed();
    const api = remote.on(tenant, page);
    const made = await api.post('/api/projects/10000/templates', { name: 'A', items: [] });
    const { id } = made.body as Template;
    const others = [
      remote.on(tenant, { ...page, projectId: '10001' }),
      remote.on(tenant, {}),
      remote.on(await remote.installed(), page),
    ];
    for (const other of others) {
      expect((await other.put(`/api/templates/${id}`, { name: 'B', items: [] })).status).toBe(404);
      expect((await other.delete(`/api/templates/${id}`)).status).toBe(404);
    }
    expect((await others[0]!.get('/api/projects/10000/templates')).status).toBe(404);
    const wrong = await api.post('/api/projects/10000/templates', { name: 'A' });
    expect(wrong.body).toMatchObject({ error: { code: 'malformed', field: 'items' } });
  });
});

describe('settings', () => {
  it('are read by everybody and written by administrators', async () => {
    const tenant = await remote.installed();
    const uma = remote.on(tenant, page, { sub: 'uma' });
    const ada = remote.on(tenant, {}, { sub: 'ada' });
    remote.fake.admins.add('ada');
    expect((await uma.get('/api/settings')).body).toEqual({ scope: 'site', value: {} });
    const refused = await uma.put('/api/settings', { value: { hideDone: true } });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ error: { code: 'forbidden' } });
    const put = await ada.put('/api/settings', { value: { hideDone: true } });
    expect(put.body).toEqual({ scope: 'site', value: { hideDone: true } });
    expect((await uma.get('/api/settings')).body).toEqual(put.body);
    await ada.put('/api/settings', { scope: 'project-10000', value: { a: 1 } });
    await ada.put('/api/settings', { scope: 'project-10001', value: { b: 1 } });
    expect((await uma.get('/api/settings?scope=project-10000')).body).toMatchObject({
      value: { a: 1 },
    });
    expect((await uma.get('/api/settings?scope=project-10001')).status).toBe(404);
    expect((await ada.get('/api/settings?scope=project-10001')).body).toMatchObject({
      value: { b: 1 },
    });
    expect((await uma.get('/api/settings?scope=x')).status).toBe(400);
  });

  it('are not written while Jira does not say who is an administrator', async () => {
    const ada = remote.on(await remote.installed(), {}, { sub: 'ada' });
    remote.fake.answer = ({ path }) =>
      path.endsWith('permissions/check') ? { status: 403 } : undefined;
    const answer = await ada.put('/api/settings', { value: {} });
    expect(answer.status).toBe(502);
    expect(answer.body).toMatchObject({ error: { code: 'site_unavailable' } });
    const nobody = remote.on(await remote.installed(), {}, { sub: undefined });
    expect((await nobody.put('/api/settings', { value: {} })).status).toBe(403);
  });
});

describe('the state of the move', () => {
  it('is `connect` for a tenant that was never upgraded, with exact counts', async () => {
    const api = remote.on(await remote.installed(), page);
    await api.post('/api/issues/10100/lists', { name: 'A' });
    const answer = await api.get('/api/upgrade');
    expect(upgradeStatusSchema.parse(answer.body)).toMatchObject({
      state: 'connect',
      recordsTotal: 1,
      recordsCopied: 0,
      link: { state: 'unlinked', channels: ['installed'], reason: null },
    });
  });

  it('names what could not be copied in the customer’s words', async () => {
    const tenant = await remote.installed();
    const api = remote.on(tenant, page);
    const list = (await api.post('/api/issues/10100/lists', { name: 'Release' })).body as List;
    await remote.pool.query(
      `insert into mig_set_aside (tenant, grp, key, epoch, n, code, reason)
         values ($1, 'checklists', $2, 1, 1, 'too_large', 'It is too large.')`,
      [tenant.clientKey, `list:${list.id}`],
    );
    expect((await api.get('/api/upgrade')).body).toMatchObject({
      setAside: [
        {
          what: 'Checklist "Release"',
          issueId: '10100',
          reason: 'It is too large.',
          key: `list:${list.id}`,
        },
      ],
    });
  });
});

describe('the download', () => {
  it('holds everything of the tenant, nothing of another, and says how much', async () => {
    const [tenant, other] = [await remote.installed(), await remote.installed()];
    const api = remote.on(tenant, page, { sub: 'ada' });
    remote.fake.admins.add('ada');
    const lists: List[] = [];
    for (const name of ['A', 'B', 'C']) {
      const items = [{ text: `“${name}” \u2028 👍`, done: true }];
      lists.push((await api.post('/api/issues/10100/lists', { name, items })).body as List);
    }
    await remote.on(other, page).post('/api/issues/10100/lists', { name: 'not ours' });
    await api.post('/api/projects/10000/templates', { name: 'T', items: [{ text: 'x' }] });
    await api.put('/api/settings', { value: { a: 1 } });
    const answer = await api.get('/api/export');
    expect(answer.headers['content-disposition']).toContain('tally-export.json');
    const all = answer.body as {
      lists: List[];
      templates: Template[];
      settings: unknown[];
      counts: unknown;
    };
    expect(new Set(all.lists)).toEqual(new Set(lists));
    expect(all.lists).toHaveLength(3);
    expect(all.settings).toEqual([{ scope: 'site', value: { a: 1 } }]);
    expect(all.counts).toEqual({ lists: 3, templates: 1, settings: 1, history: 5 });
  });

  it('is for administrators', async () => {
    const api = remote.on(await remote.installed(), page, { sub: 'uma' });
    expect((await api.get('/api/export')).status).toBe(403);
  });

  it('reads page by page', async () => {
    const tenant = await remote.installed();
    await remote.pool.query(
      `insert into checklist select $1, gen_random_uuid(), n::text, '1', 'L', 'a0', null, null, now(), now()
         from generate_series(1, 1203) n`,
      [tenant.clientKey],
    );
    const answer = await remote.on(tenant, page, { sub: 'ada' }).get('/api/export');
    const { lists } = answer.body as { lists: List[] };
    expect(new Set(lists.map(({ id }) => id)).size).toBe(1203);
  });
});

describe('a closed gate', () => {
  it('answers 503 to writes, and reads go on', async () => {
    const tenant = await remote.installed();
    const api = remote.on(tenant, page);
    await api.post('/api/issues/10100/lists', { name: 'A' });
    await remote.pool.query(`update mig_gate set gate = 'closed' where tenant = $1`, [
      tenant.clientKey,
    ]);
    const answer = await api.post('/api/issues/10100/lists', { name: 'B' });
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ error: { code: 'handover_in_progress' } });
    expect(answer.headers['retry-after']).toBeDefined();
    expect((await api.get('/api/issues/10100/lists')).body).toMatchObject({
      lists: [{ name: 'A' }],
    });
  });
});
