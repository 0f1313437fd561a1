import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import jwt from 'atlassian-jwt';
import { generateKeyPair } from 'jose';
import request from 'supertest';
import { testDatabase } from '../../test/support/database.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { TestRemote } from '../testing/test-remote.ts';
import { BASE_URL, contextToken, installBody, lifecycleToken, qsh } from '../testing/tokens.ts';
import type { Change, TestTenant } from '../testing/tokens.ts';

let remote: TestRemote;
beforeAll(async () => {
  remote = await startTestRemote(await testDatabase());
});
afterAll(() => remote.close());
beforeEach(() => {
  remote.fake.answer = () => undefined;
});

const rows = async (clientKey: string) => {
  const counts = await remote.pool.query<{ settings: number; keys: number }>(
    `select (select count(*)::int from "AddonSettings" where "clientKey" = $1) as settings,
            (select count(*)::int from "InstallationClientKeys" where "clientKey" = $1) as keys`,
    [clientKey],
  );
  return counts.rows[0]!;
};

function post(path: string, token: string | undefined, body: object) {
  const call = request(remote.app).post(path);
  return (token === undefined ? call : call.set('authorization', `JWT ${token}`)).send(body);
}

const read = (tenant: TestTenant) =>
  request(remote.app)
    .get('/api/issues/1/lists')
    .set('authorization', `JWT ${contextToken(tenant, { issueId: '1', projectId: '2' })}`);

describe('a signed install', () => {
  it('makes the tenant known and is idempotent', async () => {
    const tenant = remote.newTenant();
    expect((await read(tenant)).status).toBe(401);
    expect((await remote.install(tenant)).status).toBe(204);
    expect((await remote.install(tenant)).status).toBe(204);
    expect((await read(tenant)).status).toBe(200);
    expect(await rows(tenant.clientKey)).toEqual({ settings: 1, keys: 0 });
  });

  it('keeps one row when twenty arrive at once, and the next rotation holds (ACE defect 1)', async () => {
    const tenant = remote.newTenant();
    const installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => remote.install(tenant, { installationId })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(204));
    expect(await rows(tenant.clientKey)).toEqual({ settings: 1, keys: 1 });
    await remote.pool.query('analyze "AddonSettings"');
    const rotated = { ...tenant, sharedSecret: 'a-new-secret-that-is-long-enough' };
    expect((await remote.install(rotated, { installationId })).status).toBe(204);
    const after = await Promise.all(Array.from({ length: 20 }, () => read(rotated)));
    expect(after.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await read(tenant)).status).toBe(401);
  });

  it('keeps the secret and the installation together or not at all', async () => {
    const tenant = remote.newTenant();
    const failing = { ...tenant, sharedSecret: 'x'.repeat(20) };
    // Longer than the column: the second statement of the transaction fails.
    await remote.pool.query(
      'alter table "InstallationClientKeys" add constraint no_test check ("installationId" <> \'refused\')',
    );
    expect((await remote.install(failing, { installationId: 'refused' })).status).toBe(500);
    expect(await rows(tenant.clientKey)).toEqual({ settings: 0, keys: 0 });
    await remote.pool.query('alter table "InstallationClientKeys" drop constraint no_test');
  });

  it('is seen at once by another process, whose cache held the old secret', async () => {
    const tenant = await remote.installed();
    const other = await remote.another();
    const there = (who: TestTenant) =>
      request(other.app)
        .get('/api/issues/1/lists')
        .set('authorization', `JWT ${contextToken(who, { issueId: '1', projectId: '2' })}`);
    expect((await there(tenant)).status).toBe(200);
    const rotated = { ...tenant, sharedSecret: 'rotated-secret-of-some-length' };
    await remote.install(rotated);
    expect((await there(rotated)).status).toBe(200);
    expect((await there(tenant)).status).toBe(401);
  });
});

describe('an install that is refused with 401', () => {
  const cases: [string, Change][] = [
    ['another audience', { aud: 'https://evil.example' }],
    ['another request’s hash', { qsh: qsh('POST', '/other') }],
    ['no hash', { qsh: undefined }],
    ['an issuer that is not the body’s client key', { iss: 'someone-else' }],
    ['an end in the past', { exp: 1 }],
    ['no end (trap B)', { exp: undefined }],
    ['a beginning in the future (ACE defect 12)', { iat: 4_000_000_000, exp: 4_000_000_100 }],
  ];
  it.each(cases)('has %s', async (_name, claims) => {
    const tenant = remote.newTenant();
    const token = await lifecycleToken(remote.fake, tenant.clientKey, '/installed', { claims });
    const answer = await post('/installed', token, installBody(remote.fake, tenant));
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ error: { code: 'unauthenticated' } });
    expect(await rows(tenant.clientKey)).toEqual({ settings: 0, keys: 0 });
  });

  it('has no token, a malformed one (trap D), or one signed with the shared secret', async () => {
    const tenant = remote.newTenant();
    const body = installBody(remote.fake, tenant);
    const claims = {
      iss: tenant.clientKey,
      aud: BASE_URL,
      exp: 4e9,
      qsh: qsh('POST', '/installed'),
    };
    const symmetric = jwt.encodeSymmetric(claims, tenant.sharedSecret);
    for (const token of [undefined, 'x', 'a.b.c', 'e30.e30.e30', symmetric]) {
      expect((await post('/installed', token, body)).status).toBe(401);
    }
  });

  it('is signed with another key, or with a key nobody knows (ACE defect 11)', async () => {
    const tenant = remote.newTenant();
    const { privateKey } = await generateKeyPair('RS256');
    const body = installBody(remote.fake, tenant);
    for (const change of [{ key: privateKey }, { kid: 'unknown' }, { kid: '../install-keys/x' }]) {
      const token = await lifecycleToken(remote.fake, tenant.clientKey, '/installed', change);
      expect((await post('/installed', token, body)).status).toBe(401);
    }
  });

  it('is for another app or from a host that is not accepted', async () => {
    const tenant = remote.newTenant();
    for (const more of [{ key: 'com.example.other' }, { baseUrl: 'https://evil.example' }]) {
      expect((await remote.install(tenant, more)).status).toBe(401);
    }
  });
});

describe('an install that cannot be judged', () => {
  const cases: [string, TestRemote['fake']['answer']][] = [
    ['answers 500', () => ({ status: 500, body: '-----BEGIN PUBLIC KEY-----' })],
    ['answers something that is no key (ACE defect 9)', () => ({ status: 200, body: 'hello' })],
    ['hangs up', () => 'cut'],
  ];
  it.each(cases)('is 503 when the key server %s', async (_name, answer) => {
    const other = await startTestRemote(await testDatabase());
    try {
      other.fake.answer = answer;
      const refused = await other.install(other.newTenant());
      expect(refused.status).toBe(503);
      expect(refused.body).toMatchObject({ error: { code: 'keys_unavailable' } });
    } finally {
      await other.close();
    }
  });

  it('is 400 with the field when a signed body lacks something', async () => {
    const answer = await remote.install(remote.newTenant(), { sharedSecret: undefined });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: { code: 'malformed', field: 'sharedSecret' } });
  });

  it('asks the key server once for many installs', async () => {
    const before = remote.fake.calls.length;
    await remote.install(remote.newTenant());
    await remote.install(remote.newTenant());
    const asked = remote.fake.calls
      .slice(before)
      .filter(({ path }) => path.includes('install-keys'));
    expect(asked.length).toBe(0);
  });
});

describe('an uninstall', () => {
  it('forgets who the tenant is and keeps the checklists', async () => {
    const tenant = await remote.installed();
    const api = remote.on(tenant, { issueId: '1', projectId: '2' });
    await api.post('/api/issues/1/lists', { name: 'A' });
    const token = await lifecycleToken(remote.fake, tenant.clientKey, '/uninstalled');
    const gone = await post('/uninstalled', token, installBody(remote.fake, tenant));
    expect(gone.status).toBe(204);
    expect((await api.get('/api/issues/1/lists')).status).toBe(401);
    expect(await rows(tenant.clientKey)).toEqual({ settings: 0, keys: 0 });
    await remote.install(tenant);
    expect((await api.get('/api/issues/1/lists')).body).toMatchObject({ lists: [{ name: 'A' }] });
  });

  it('needs Atlassian’s signature', async () => {
    const tenant = await remote.installed();
    expect((await post('/uninstalled', undefined, installBody(remote.fake, tenant))).status).toBe(
      401,
    );
    const token = await lifecycleToken(remote.fake, tenant.clientKey, '/installed');
    expect((await post('/uninstalled', token, installBody(remote.fake, tenant))).status).toBe(401);
    expect((await read(tenant)).status).toBe(200);
  });
});

describe('the log', () => {
  it('holds no shared secret, whatever was sent (ACE defect 8)', async () => {
    const tenant = remote.newTenant();
    await remote.install(tenant);
    const token = await lifecycleToken(remote.fake, tenant.clientKey, '/installed', {
      claims: { qsh: 'wrong' },
    });
    await post('/installed', token, installBody(remote.fake, tenant));
    await remote.remote.idle();
    const text = remote.logged.join('\n');
    expect(text).toContain('"event":"installed"');
    expect(text).not.toContain(tenant.sharedSecret);
    expect(text).not.toContain(token.split('.')[2]);
  });
});
