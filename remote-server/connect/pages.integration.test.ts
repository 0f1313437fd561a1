import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { testDatabase } from '../../test/support/database.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { TestRemote } from '../testing/test-remote.ts';
import { BASE_URL, contextToken, qsh, siteToken } from '../testing/tokens.ts';
import type { Change, TestTenant } from '../testing/tokens.ts';

let remote: TestRemote;
let tenant: TestTenant;
let folder: string;
const PAGE =
  '/connect/issue-panel?issueId=1&issueKey=T-1&projectId=2&lic=active&xdm_e=https%3A%2F%2Fevil.example';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-pages-'));
  await mkdir(join(folder, 'issue-panel'));
  await writeFile(
    join(folder, 'issue-panel/index.html'),
    '<!doctype html><html><head><script src="{{hostScriptUrl}}"></script></head><body></body></html>',
  );
  await writeFile(join(folder, 'issue-panel/main.js'), 'page()');
  const builtPages = pathToFileURL(`${folder}/`);
  remote = await startTestRemote(await testDatabase(), { builtPages });
  tenant = await remote.installed();
});
afterAll(async () => {
  await remote.close();
  await rm(folder, { recursive: true });
});

const open = (who: TestTenant, claims: Change = {}, secret?: string) =>
  request(remote.app).get(
    `${PAGE}&jwt=${siteToken(who, { qsh: qsh('GET', PAGE), ...claims }, secret)}`,
  );

describe('a page that Jira opens', () => {
  it('comes with the Connect script and may be framed by its own site only', async () => {
    const answer = await open(tenant);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(`<script src="${remote.config.hostScriptUrl}">`);
    expect(answer.text).toContain('<base href="/connect/issue-panel/">');
    const policy = answer.headers['content-security-policy'];
    expect(policy).toContain(`frame-ancestors ${remote.fake.url}`);
    expect(policy).not.toContain('evil.example');
    expect(answer.headers['x-frame-options']).toBeUndefined();
    expect(answer.headers['x-acpt']).toBeDefined();
  });

  it('gives a session token that opens the API', async () => {
    const { headers } = await open(tenant, {
      context: { jira: { issue: { id: '1' }, project: { id: '2' } } },
    });
    const answer = await request(remote.app)
      .get('/api/issues/1/lists')
      .set('authorization', `JWT ${String(headers['x-acpt'])}`);
    expect(answer.status).toBe(200);
  });

  it('loads its script without a token', async () => {
    const answer = await request(remote.app).get('/connect/issue-panel/main.js');
    expect(answer.text).toBe('page()');
    expect((await request(remote.app).get('/connect/tally.svg')).status).toBe(200);
  });

  const refused: [string, Change][] = [
    ['another address’ hash', { qsh: qsh('GET', '/connect/admin') }],
    ['a context token', { qsh: 'context-qsh' }],
    ['no hash', { qsh: undefined }],
    ['no end (trap B)', { exp: undefined }],
    ['a beginning in the future (ACE defect 12)', { iat: 4e9, exp: 4e9 + 9 }],
    ['another issuer beside the audience (ACE defect 12)', { iss: 'someone' }],
  ];
  it.each(refused)('is 401 with %s', async (_name, claims) => {
    expect((await open(tenant, { aud: [tenant.clientKey], ...claims })).status).toBe(401);
  });

  it('is 401 with a wrong secret, where the library answers 400 (ACE defect 11)', async () => {
    const answer = await open(tenant, {}, 'wrong-secret');
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ error: { code: 'unauthenticated' } });
  });

  it('is 401 without a token and for a tenant nobody knows', async () => {
    expect((await request(remote.app).get(PAGE)).status).toBe(401);
    expect((await open(remote.newTenant())).status).toBe(401);
  });

  it('says an error, not an empty frame, when it was not built', async () => {
    const path = '/connect/admin';
    const token = siteToken(tenant, { qsh: qsh('GET', path) });
    expect((await request(remote.app).get(`${path}?jwt=${token}`)).status).toBe(500);
  });
});

describe('GET /atlassian-connect.json', () => {
  it('serves the frozen descriptor with the base URL filled in', async () => {
    const answer = await request(remote.app).get('/atlassian-connect.json');
    const descriptor = answer.body as {
      key: string;
      baseUrl: string;
      modules: { webhooks: unknown[] };
    };
    expect(answer.status).toBe(200);
    expect(descriptor.key).toBe(remote.config.connectKey);
    expect(descriptor.baseUrl).toBe(BASE_URL);
    expect(descriptor.modules.webhooks.length).toBeGreaterThan(0);
    expect(JSON.stringify(answer.body)).not.toContain('{{');
  });
});

describe('the webhook of a deleted issue', () => {
  const HOOK = '/webhooks/issue-deleted';
  const call = (who: TestTenant, body: object, claims: Change = {}) =>
    request(remote.app)
      .post(HOOK)
      .set('authorization', `JWT ${siteToken(who, { qsh: qsh('POST', HOOK), ...claims })}`)
      .send(body);

  it('has deleted the issue’s lists when it answers, and may come again', async () => {
    const [ours, other] = [await remote.installed(), await remote.installed()];
    for (const who of [ours, other]) {
      const added = await remote
        .on(who, { issueId: '77', projectId: '2' })
        .post('/api/issues/77/lists', { name: 'A' });
      expect(added.status).toBe(201);
    }
    expect((await call(ours, { issue: { id: '77', key: 'T-77' } })).status).toBe(204);
    const left = await remote.pool.query<{ tenant: string }>(
      'select tenant from checklist where issue_id = $1',
      ['77'],
    );
    expect(left.rows).toEqual([{ tenant: other.clientKey }]);
    expect((await call(ours, { issue: { id: 77 } })).status).toBe(204);
    const history = await remote.pool.query<{ action: string }>(
      'select action from history where tenant = $1 order by id',
      [ours.clientKey],
    );
    expect(history.rows.map(({ action }) => action)).toEqual(['list_added', 'issue_forgotten']);
  });

  it('is 401 with a context token or another hash, 400 without an issue', async () => {
    const body = { issue: { id: '77' } };
    expect((await call(tenant, body, { qsh: 'context-qsh' })).status).toBe(401);
    expect((await call(tenant, body, { qsh: qsh('POST', '/other') })).status).toBe(401);
    const empty = await call(tenant, {});
    expect(empty.status).toBe(400);
    expect(empty.body).toMatchObject({ error: { field: 'issue.id' } });
  });

  it('is the only one: the library’s own route does not answer in its place', async () => {
    const unsigned = await request(remote.app)
      .post(HOOK)
      .send({ issue: { id: '77' } });
    expect(unsigned.body).toMatchObject({ error: { code: 'unauthenticated' } });
  });
});

it('does not take a context token for a page of the descriptor', async () => {
  const answer = await request(remote.app).get(`/connect/issue-panel?jwt=${contextToken(tenant)}`);
  expect(answer.status).toBe(401);
});
