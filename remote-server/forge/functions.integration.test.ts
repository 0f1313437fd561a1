import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { CALLER_HEADER, formatCaller, type List } from '../../checklist/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { TestRemote } from '../testing/test-remote.ts';
import { invocationToken } from '../testing/tokens.ts';
import type { TestInstallation, TestTenant } from '../testing/tokens.ts';

let remote: TestRemote;
let tenant: TestTenant;
let installation: TestInstallation;
beforeAll(async () => {
  remote = await startTestRemote(await testDatabase());
  tenant = await remote.installed();
  installation = { ...remote.newInstallation(), cloudId: randomUUID() };
  await remote.pool.query(
    `insert into tenant_link (client_key, cloud_id, installation_id, state, channels, linked_at)
     values ($1, $2, $3, 'linked', '{test}', now())`,
    [tenant.clientKey, installation.cloudId, installation.installationId],
  );
});
afterAll(() => remote.close());

const caller = formatCaller({ accountId: 'ada', issueId: '10100', projectId: '10000' });
type Change = Parameters<typeof invocationToken>[2];

async function asFunction(method: 'get' | 'post', path: string, body?: object) {
  const token = await invocationToken(remote.fake, installation);
  return request(remote.app)
    [method](path)
    .set('authorization', `Bearer ${token}`)
    .set(CALLER_HEADER, caller)
    .send(body);
}

describe('what functions ask of the server', () => {
  it('is the JSON API, on behalf of the person and on the issue that the function names', async () => {
    const lists = '/forge/api/issues/10100/lists';
    const added = await asFunction('post', lists, { name: 'By a function' });
    expect(added.status).toBe(201);
    expect((added.body as List).projectId).toBe('10000');
    expect((await asFunction('get', lists)).body).toMatchObject({
      lists: [{ name: 'By a function' }],
    });
    expect((await asFunction('get', '/forge/api/issues/10200/lists')).status).toBe(404);
    const history = await remote.pool.query('select actor from history where tenant = $1', [
      tenant.clientKey,
    ]);
    expect(history.rows).toEqual([{ actor: 'ada' }]);
    const known = await asFunction('get', '/forge/known');
    expect(known.body).toEqual({ listIds: [(added.body as List).id], templateIds: [] });
  });

  it('is refused without a word of who asks', async () => {
    for (const header of [undefined, 'x', '%7B%7D', '%']) {
      const token = await invocationToken(remote.fake, installation);
      const sent = request(remote.app)
        .get('/forge/api/issues/10100/lists')
        .set('authorization', `Bearer ${token}`);
      const answer = await (header === undefined ? sent : sent.set(CALLER_HEADER, header));
      expect([answer.status, answer.body]).toEqual([
        ...[400, { error: expect.objectContaining({ code: 'malformed', field: CALLER_HEADER }) }],
      ]);
    }
  });

  it('is refused to pages, whatever they say of themselves', async () => {
    const fromPages: Change[] = [
      { app: { module: { type: 'jira:issuePanel', key: 'checklists' } } },
      { claims: { principal: 'ada' } },
    ];
    for (const change of fromPages) {
      for (const [method, path] of [
        ['get', '/forge/api/issues/10100/lists'],
        ['get', '/forge/known'],
        ['get', '/forge/export'],
        ['get', '/forge/upgrade'],
        ['post', '/forge/written'],
        ['post', '/forge/uninstall'],
        ['post', '/forge/tick'],
      ] as const) {
        const token = await invocationToken(remote.fake, installation, change);
        const answer = await request(remote.app)
          [method](path)
          .set('authorization', `Bearer ${token}`)
          .set(CALLER_HEADER, caller);
        expect([path, answer.status]).toEqual([path, 403]);
        expect(answer.body).toMatchObject({ error: { code: 'forbidden' } });
      }
    }
  });

  it('keeps history and progress of what a function has written, and no data', async () => {
    const listId = randomUUID();
    const event = {
      ...{ action: 'item_ticked', issueId: '10300', listId, itemId: null, actor: 'ada' },
      ...{ detail: {}, at: '2026-11-26T00:00:00.000Z' },
    };
    const written = { events: [event], issueIds: ['10300'] };
    expect((await asFunction('post', '/forge/written', written)).status).toBe(204);
    const history = await remote.pool.query(
      `select checklist_id, action from history where tenant = $1 and issue_id = '10300'`,
      [tenant.clientKey],
    );
    expect(history.rows).toEqual([{ checklist_id: listId, action: 'item_ticked' }]);
    const bad = { events: [{ ...event, action: 'made_up' }], issueIds: [] };
    expect((await asFunction('post', '/forge/written', bad)).status).toBe(400);
  });
});

describe('the pointer of the older panel', () => {
  it('is shown when the move has ended, and not before', async () => {
    const api = remote.on(tenant);
    expect((await api.get('/api/panel')).body).toEqual({ replaced: false });
  });
});
