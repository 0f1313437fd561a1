import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import jwt from 'atlassian-jwt';
import { startFakeAtlassian } from '../testing/fake-atlassian.ts';
import type { FakeAtlassian } from '../testing/fake-atlassian.ts';
import { createSiteClient } from './site-client.ts';
import type { Tenant } from './tenant.ts';

let fake: FakeAtlassian;
let waits: number[];
beforeAll(async () => {
  fake = await startFakeAtlassian();
});
afterAll(() => fake.close());
beforeEach(() => {
  fake.answer = () => undefined;
  fake.calls.length = 0;
  waits = [];
});

const SECRET = 'a-shared-secret-of-some-length';

function client() {
  const tenant: Tenant = {
    key: 'app',
    clientKey: 'k',
    sharedSecret: SECRET,
    baseUrl: `${fake.siteUrl('acme')}/`,
  };
  return createSiteClient({
    tenants: { get: (key) => Promise.resolve(key === 'k' ? tenant : undefined) },
    connectKey: 'com.example.tally',
    now: () => 1_700_000_000_000,
    sleep: (milliseconds) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
  });
}

describe('the site client', () => {
  it('signs each call for the path below the site, with a bounded life', async () => {
    fake.answer = () => ({ status: 200, body: { ok: true } });
    const answer = await client().call('k', 'GET', '/rest/api/3/issue/1?fields=a,b');
    expect(answer).toEqual({ status: 200, body: { ok: true } });
    const token = fake.calls[0]?.authorization?.replace('JWT ', '') ?? '';
    const request = jwt.fromMethodAndUrl('GET', '/rest/api/3/issue/1?fields=a,b');
    expect(jwt.decodeSymmetric(token, SECRET, jwt.SymmetricAlgorithm.HS256)).toEqual({
      iss: 'com.example.tally',
      aud: ['k'],
      iat: 1_700_000_000,
      exp: 1_700_000_180,
      qsh: jwt.createQueryStringHash(request),
    });
  });

  it('tries again after 429, 5xx and a broken connection, waiting longer each time', async () => {
    const answers = [{ status: 429 }, 'cut' as const, { status: 200 }];
    fake.answer = () => answers.shift();
    expect((await client().call('k', 'PUT', '/rest/x', {})).status).toBe(200);
    expect(waits).toEqual([250, 500]);
  });

  it('gives up after three attempts', async () => {
    fake.answer = () => ({ status: 503 });
    await expect(client().call('k', 'PUT', '/rest/x', {})).rejects.toMatchObject({
      code: 'site_unavailable',
    });
    expect(fake.calls).toHaveLength(3);
  });

  it('hands back a refusal at once', async () => {
    fake.answer = () => ({ status: 403 });
    expect((await client().call('k', 'PUT', '/rest/x', {})).status).toBe(403);
    expect(fake.calls).toHaveLength(1);
  });

  it('calls nobody for a tenant that is gone', async () => {
    await expect(client().call('other', 'GET', '/rest/x')).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(fake.calls).toEqual([]);
  });
});
