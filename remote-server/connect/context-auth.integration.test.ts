import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'atlassian-jwt';
import request from 'supertest';
import { testDatabase } from '../../test/support/database.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { TestRemote } from '../testing/test-remote.ts';
import { CONNECT_KEY, contextToken, qsh, siteToken } from '../testing/tokens.ts';
import type { Change, TestTenant } from '../testing/tokens.ts';

let remote: TestRemote;
let tenant: TestTenant;
const PATH = '/api/issues/1/lists';
const page = { issueId: '1', projectId: '2' };

beforeAll(async () => {
  remote = await startTestRemote(await testDatabase());
  tenant = await remote.installed();
});
afterAll(() => remote.close());

const get = (token?: string) => {
  const call = request(remote.app).get(PATH);
  return token === undefined ? call : call.set('authorization', `JWT ${token}`);
};

describe('a call of the page’s script', () => {
  it('passes with a context token', async () => {
    expect((await get(contextToken(tenant, page))).status).toBe(200);
  });

  it('passes with the session token that a page of ours got', async () => {
    const token = siteToken(tenant, {
      iss: CONNECT_KEY,
      aud: [tenant.clientKey],
      context: { jira: { issue: { id: '1' }, project: { id: '2' } } },
    });
    expect((await get(token)).status).toBe(200);
  });

  const refused: [string, Change][] = [
    ['a page’s token of another address (trap C)', { qsh: qsh('GET', '/connect/admin') }],
    ['a page’s token of this very address', { qsh: qsh('GET', PATH) }],
    ['no hash and the site as issuer', { qsh: undefined }],
    ['no end (trap B)', { exp: undefined }],
    ['an end in the past', { exp: 1 }],
    ['a beginning in the future (ACE defect 12)', { iat: 4e9, exp: 4e9 + 100 }],
    ['another issuer beside our audience (ACE defect 12)', { iss: 'someone' }],
  ];
  it.each(refused)('is 401 with %s', async (_name, claims) => {
    const change = { aud: [tenant.clientKey], ...claims };
    const answer = await get(contextToken(tenant, page, change));
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ error: { code: 'unauthenticated' } });
  });

  it('is 401 and says nothing of the token with a wrong secret (ACE defect 11)', async () => {
    const token = siteToken(tenant, { qsh: 'context-qsh' }, 'wrong-secret');
    const answer = await get(token);
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain(token.split('.')[1]);
  });

  it('is 401 without a token, with a malformed one, with algorithm none, with another tenant’s', async () => {
    const stranger = remote.newTenant();
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${contextToken(tenant, page).split('.')[1]}.`;
    for (const token of [undefined, 'x', 'a.b', 'a.b.c', none, contextToken(stranger, page)]) {
      expect((await get(token)).status).toBe(401);
    }
  });

  it('cannot borrow another tenant by naming it as audience', async () => {
    const other = await remote.installed();
    const claims = { iss: other.clientKey, aud: [tenant.clientKey], exp: 4e9, qsh: 'context-qsh' };
    expect((await get(jwt.encodeSymmetric(claims, other.sharedSecret))).status).toBe(401);
    expect((await get(jwt.encodeSymmetric(claims, tenant.sharedSecret))).status).toBe(401);
  });

  it('takes the tenant from the token alone, never from the address or a header', async () => {
    const other = await remote.installed();
    const answer = await get(contextToken(tenant, page)).query({
      clientKey: other.clientKey,
      xdm_e: remote.fake.siteUrl(other.slug),
    });
    expect(answer.body).toEqual({ lists: [] });
  });
});

describe('the moment of a rotation, before the note of it has arrived', () => {
  it('passes with the new secret, on the API and on a page, by one look past the cache', async () => {
    const rotate = async (to: TestTenant) => {
      await remote.pool.query('alter table "AddonSettings" disable trigger note_tenant_changed');
      await remote.pool.query(
        `update "AddonSettings" set "val" = jsonb_set("val"::jsonb, '{sharedSecret}', to_jsonb($2::text))::json
          where "clientKey" = $1`,
        [to.clientKey, to.sharedSecret],
      );
      await remote.pool.query('alter table "AddonSettings" enable trigger note_tenant_changed');
    };
    const address = '/connect/admin';
    const open = (who: TestTenant) =>
      request(remote.app).get(`${address}?jwt=${siteToken(who, { qsh: qsh('GET', address) })}`);
    const before = await remote.installed();
    expect((await get(contextToken(before, page))).status).toBe(200);
    const second = { ...before, sharedSecret: 'the-second-secret-of-this-tenant' };
    await rotate(second);
    expect((await get(contextToken(second, page))).status).toBe(200);

    const other = await remote.installed();
    expect((await open(other)).status).not.toBe(401);
    const third = { ...other, sharedSecret: 'the-third-secret-of-this-tenant' };
    await rotate(third);
    expect((await open(third)).status).not.toBe(401);
    expect((await open(other)).status).toBe(401);
  });
});
