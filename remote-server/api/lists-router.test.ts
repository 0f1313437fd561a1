import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listSchema } from '../../checklist/index.ts';
import type { List } from '../../checklist/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { ApiCaller, TestRemote } from '../testing/test-remote.ts';

let remote: TestRemote;
let api: ApiCaller;
let issueId = 10_000;

beforeAll(async () => {
  remote = await startTestRemote(await testDatabase());
});
afterAll(() => remote.close());

/** A caller on an issue nobody has touched. */
async function onNewIssue() {
  const tenant = await remote.installed();
  issueId += 1;
  const id = String(issueId);
  api = remote.on(tenant, { issueId: id, projectId: '10000' });
  return { tenant, path: `/api/issues/${id}/lists`, issueId: id };
}

describe('the lists of an issue', () => {
  it('answers an empty list only when there is none', async () => {
    const { path } = await onNewIssue();
    const answer = await api.get(path);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ lists: [] });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('adds, renames, moves and deletes lists', async () => {
    const { path } = await onNewIssue();
    const a = (await api.post(path, { name: 'A', items: [{ text: 'one', done: true }] }))
      .body as List;
    expect(listSchema.parse(a)).toEqual(a);
    const made = await api.post(path, { name: 'B' });
    expect(made.status).toBe(201);
    const b = made.body as List;
    const renamed = await api.patch(`/api/lists/${b.id}`, { name: 'B2' });
    expect(renamed.body).toMatchObject({ id: b.id, name: 'B2' });
    const moved = await api.post(`/api/lists/${b.id}/move`, { after: null });
    expect((moved.body as { lists: List[] }).lists.map(({ name }) => name)).toEqual(['B2', 'A']);
    expect((await api.delete(`/api/lists/${a.id}`)).status).toBe(204);
    const again = await api.delete(`/api/lists/${a.id}`);
    expect(again.status).toBe(404);
    expect(again.body).toMatchObject({ error: { code: 'not_found' } });
  });

  it('takes an id the client minted, once', async () => {
    const { path } = await onNewIssue();
    const id = randomUUID();
    expect((await api.post(path, { id, name: 'A' })).body).toMatchObject({ id });
    const twice = await api.post(path, { id, name: 'A' });
    expect(twice.status).toBe(409);
    expect(twice.body).toMatchObject({ error: { code: 'id_taken', field: 'id' } });
  });

  it.each([
    [{}, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: 'A', nmae: 'B' }, 'nmae'],
    [{ name: 'A', items: [{ text: 'ok' }, {}] }, 'items.1.text'],
    [{ name: 'A', id: 'x' }, 'id'],
  ])('answers 400 to %j and names the field', async (body, field) => {
    const { path } = await onNewIssue();
    const answer = await api.post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: { code: 'malformed', field } });
  });

  it('answers 400 to a body that is no JSON', async () => {
    const { path } = await onNewIssue();
    const answer = await api.post(path).set('content-type', 'application/json').send('{"name":');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: { code: 'malformed', field: 'body' } });
  });

  it('answers 422 with the limit when a published limit is passed', async () => {
    const { path } = await onNewIssue();
    const items = Array.from({ length: 201 }, (_, n) => ({ text: `${n}` }));
    const answer = await api.post(path, { name: 'A', items });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ error: { code: 'over_limit', limit: 200 } });
    const long = await api.post(path, { name: 'A', items: [{ text: '👍'.repeat(1001) }] });
    expect(long.body).toMatchObject({ error: { code: 'over_limit', limit: 1000 } });
    const fits = await api.post(path, { name: 'A', items: [{ text: '👍'.repeat(1000) }] });
    expect(fits.status).toBe(201);
  });

  it('answers 404 for another issue than the token names', async () => {
    await onNewIssue();
    expect((await api.get('/api/issues/1/lists')).status).toBe(404);
    expect((await api.post('/api/issues/1/lists', { name: 'A' })).status).toBe(404);
  });

  it('answers 404 for a list of another issue and of another tenant', async () => {
    const { path, tenant, issueId: id } = await onNewIssue();
    const list = (await api.post(path, { name: 'A', items: [{ text: 'x' }] })).body as List;
    const elsewhere = remote.on(tenant, { issueId: '1', projectId: '10000' });
    const stranger = remote.on(await remote.installed(), { issueId: id, projectId: '10000' });
    for (const other of [elsewhere, stranger]) {
      const item = list.items[0]!;
      const answers = [
        await other.patch(`/api/lists/${list.id}`, { name: 'B' }),
        await other.delete(`/api/lists/${list.id}`),
        await other.post(`/api/lists/${list.id}/move`, { after: null }),
        await other.post(`/api/lists/${list.id}/items`, { text: 'B' }),
        await other.patch(`/api/lists/${list.id}/items/${item.id}`, { done: true }),
        await other.post(`/api/lists/${list.id}/items/${item.id}/move`, { after: null }),
        await other.delete(`/api/lists/${list.id}/items/${item.id}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(404));
    }
    expect((await stranger.get(path)).body).toEqual({ lists: [] });
    expect((await api.get(path)).body).toEqual({ lists: [list] });
  });

  it('answers 404 for an id that is no UUID', async () => {
    await onNewIssue();
    expect((await api.patch('/api/lists/nope', { name: 'A' })).status).toBe(404);
  });

  it('adds, edits, moves and deletes items', async () => {
    const { path } = await onNewIssue();
    const list = (await api.post(path, { name: 'A' })).body as List;
    const items = `/api/lists/${list.id}/items`;
    const first = await api.post(items, { text: 'one' });
    expect(first.status).toBe(201);
    const one = (first.body as List).items[0]!;
    const two = (await api.post(items, { text: 'two', mandatory: true, after: null })).body as List;
    expect(two.items.map(({ text }) => text)).toEqual(['two', 'one']);
    const ticked = await api.patch(`${items}/${one.id}`, { done: true, text: 'uno' });
    expect((ticked.body as List).items[1]).toMatchObject({ done: true, text: 'uno' });
    const moved = await api.post(`${items}/${one.id}/move`, { after: null });
    expect((moved.body as List).items.map(({ text }) => text)).toEqual(['uno', 'two']);
    const left = await api.delete(`${items}/${one.id}`);
    expect((left.body as List).items.map(({ text }) => text)).toEqual(['two']);
    expect((await api.patch(`${items}/${one.id}`, { done: true })).status).toBe(404);
  });
});
