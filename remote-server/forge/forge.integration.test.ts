import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPair } from 'jose';
import request from 'supertest';
import { upgradeStatusSchema } from '../../checklist/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import { callerOf } from '../http/caller.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { TestRemote } from '../testing/test-remote.ts';
import { APP_ID, invocationToken } from '../testing/tokens.ts';
import type { TestInstallation, TestTenant } from '../testing/tokens.ts';

let remote: TestRemote;
let reached = 0;

beforeAll(async () => {
  remote = await startTestRemote(await testDatabase(), {
    extend: (app, { invocation, linked }) => {
      app.get('/who', invocation, linked, (_req, res) => {
        reached += 1;
        res.json(callerOf(res));
      });
    },
  });
});
afterAll(() => remote.close());
beforeEach(() => {
  remote.fake.answer = () => undefined;
});

type Change = Parameters<typeof invocationToken>[2];

async function call(
  method: 'get' | 'post',
  path: string,
  installation: TestInstallation,
  options: { change?: Change; system?: string } = {},
) {
  const token = await invocationToken(remote.fake, installation, options.change);
  const sent = request(remote.app)[method](path).set('authorization', `Bearer ${token}`);
  return options.system === undefined ? sent : sent.set('x-forge-oauth-system', options.system);
}

/** A tenant that is being upgraded in place: Connect before, an installation now. */
async function upgraded(): Promise<{
  tenant: TestTenant;
  installation: TestInstallation;
  system: string;
}> {
  const tenant = await remote.installed();
  const cloudId = remote.fake.cloudIds.get(tenant.slug)!;
  const installation = { ...remote.newInstallation(), cloudId };
  const system = `system-${randomUUID()}`;
  remote.fake.clientKeys.set(system, tenant.clientKey);
  return { tenant, installation, system };
}

describe('a call of Forge', () => {
  const refused: [string, Change][] = [
    ['another audience', { claims: { aud: 'ari:cloud:ecosystem::app/other' } }],
    ['another issuer', { claims: { iss: 'someone' } }],
    ['no end', { claims: { exp: undefined } }],
    ['an end in the past', { claims: { exp: 1 } }],
    ['a beginning in the future', { claims: { iat: 4e9, nbf: undefined, exp: 4e9 + 9 } }],
    ['another environment', { app: { environment: { type: 'PRODUCTION', id: 'x' } } }],
    ['another app', { app: { id: 'ari:cloud:ecosystem::app/other' } }],
    ['no installation', { app: { installationId: undefined } }],
    ['a key nobody knows', { kid: 'other' }],
  ];
  it.each(refused)('is 401 with %s', async (_name, change) => {
    const answer = await call('get', '/who', remote.newInstallation(), { change: change ?? {} });
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ error: { code: 'unauthenticated' } });
  });

  it('is 401 with a signature of another key, with a malformed token and with none', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const change = { key: privateKey };
    expect((await call('get', '/who', remote.newInstallation(), { change })).status).toBe(401);
    for (const header of ['Bearer x', 'Bearer a.b.c', 'JWT x', '']) {
      const answer = await request(remote.app).get('/who').set('authorization', header);
      expect(answer.status).toBe(401);
    }
  });

  it('never takes its keys from where the token says', async () => {
    const before = remote.fake.calls.length;
    const change = { app: { apiBaseUrl: 'https://api.stg.atlassian.com/ex/jira/x' } };
    await call('get', '/who', remote.newInstallation(), { change });
    const asked = remote.fake.calls.slice(before);
    expect(asked.every(({ path }) => path === '/.well-known/jwks.json')).toBe(true);
  });

  it('fetches the key set once for many calls (ACE defect 3)', async () => {
    await call('get', '/who', remote.newInstallation());
    const fetched = () => remote.fake.calls.filter(({ path }) => path.endsWith('jwks.json')).length;
    const before = fetched();
    for (let n = 0; n < 20; n += 1) await call('get', '/who', remote.newInstallation());
    expect(fetched()).toBe(before);
  });

  it('is 503 when the key set cannot be fetched', async () => {
    const other = await startTestRemote(await testDatabase());
    try {
      for (const answer of [() => ({ status: 500 }), () => 'cut' as const]) {
        other.fake.answer = answer;
        const token = await invocationToken(other.fake, other.newInstallation());
        const refusal = await request(other.app)
          .get('/forge/upgrade')
          .set('authorization', `Bearer ${token}`);
        expect(refusal.status).toBe(503);
        expect(refusal.body).toMatchObject({ error: { code: 'keys_unavailable' } });
      }
    } finally {
      await other.close();
    }
  });
});

describe('an installation without a link', () => {
  it('reaches no handler and is told so (ACE defect 6)', async () => {
    const before = reached;
    const answer = await call('get', '/who', remote.newInstallation());
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ error: { code: 'unlinked_installation' } });
    expect(reached).toBe(before);
    for (const path of ['/forge/upgrade', '/forge/export']) {
      expect((await call('get', path, remote.newInstallation())).status).toBe(403);
    }
  });
});

describe('linking', () => {
  it('works from all three channels', async () => {
    const { tenant, installation, system } = await upgraded();
    await remote.install(tenant, { installationId: installation.installationId });
    await remote.remote.idle();
    const answer = await call('post', '/forge/lifecycle', installation, { system });
    expect(answer.body).toEqual({
      link: { state: 'linked', channels: ['installed', 'app-property', 'fit'], reason: null },
    });
    const who = await call('get', '/who', installation);
    expect(who.body).toMatchObject({ tenant: tenant.clientKey });
  });

  it('works when `installed` is never posted', async () => {
    const { tenant, installation, system } = await upgraded();
    expect((await call('get', '/who', installation)).status).toBe(403);
    const answer = await call('post', '/forge/tick', installation, { system });
    expect(answer.body).toMatchObject({ link: { state: 'linked' } });
    expect((await call('get', '/who', installation)).body).toMatchObject({
      tenant: tenant.clientKey,
    });
  });

  it('works for a tenant of whose Connect days nothing is left but the app property', async () => {
    const installation = remote.newInstallation();
    const system = randomUUID();
    remote.fake.clientKeys.set(system, 'a-client-key');
    const answer = await call('post', '/forge/tick', installation, { system });
    expect(answer.body).toMatchObject({
      link: { state: 'linked', channels: ['app-property', 'fit'] },
    });
  });

  it('waits when Jira does not answer yet, and the sweep finishes it', async () => {
    const { installation, system } = await upgraded();
    remote.fake.answer = ({ path }) => (path.startsWith('/ex/') ? { status: 403 } : undefined);
    const early = await call('post', '/forge/lifecycle', installation, { system });
    expect(early.body).toMatchObject({ link: { state: 'pending' } });
    remote.fake.answer = () => undefined;
    await remote.remote.idle();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await remote.remote.idle();
    await remote.remote.sweepLinks();
    expect((await call('get', '/who', installation)).status).toBe(200);
  });

  it('works for a token without contexts, from the address of the API', async () => {
    const { installation, system } = await upgraded();
    const change = { app: { installation: undefined } };
    const answer = await call('post', '/forge/tick', installation, { system, change });
    expect(answer.body).toMatchObject({ link: { state: 'linked' } });
    expect((await call('get', '/who', installation, { change })).status).toBe(200);
  });

  it('stops with a conflict when two tenants claim one site, and says why', async () => {
    const { tenant, installation, system } = await upgraded();
    await call('post', '/forge/tick', installation, { system });
    const stranger = await remote.installed();
    const claim = await remote.install(stranger, { installationId: installation.installationId });
    expect(claim.status).toBe(204);
    await remote.remote.idle();
    const answer = await call('get', '/who', installation);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      error: { code: 'link_conflict', message: 'More than one Connect tenant claims this site.' },
    });
    for (const each of [tenant, stranger]) {
      const status = await remote.on(each).get('/api/upgrade');
      expect(upgradeStatusSchema.parse(status.body)).toMatchObject({
        state: 'needs-attention',
        link: { state: 'conflict' },
      });
    }
    const again = await call('post', '/forge/tick', installation, { system });
    expect(again.body).toMatchObject({ link: { state: 'conflict' } });
  });

  it('stops when a linked installation suddenly speaks for another site', async () => {
    const { installation, system } = await upgraded();
    await call('post', '/forge/tick', installation, { system });
    expect((await call('get', '/who', installation)).status).toBe(200);
    const moved = { ...installation, cloudId: randomUUID() };
    expect((await call('get', '/who', moved)).body).toMatchObject({
      error: { code: 'link_conflict' },
    });
    expect((await call('get', '/who', installation)).status).toBe(403);
  });

  it('stops when the installation changes without an uninstall, and goes on after one', async () => {
    const { tenant, installation, system } = await upgraded();
    await call('post', '/forge/tick', installation, { system });
    expect((await call('post', '/forge/uninstall', installation)).body).toEqual({ ended: true });
    expect((await call('get', '/who', installation)).status).toBe(403);
    // That call was heard, so end it again: an uninstalled installation does not call.
    await call('post', '/forge/uninstall', installation);
    const second = { ...remote.newInstallation(), cloudId: installation.cloudId };
    expect((await call('post', '/forge/tick', second, { system })).body).toMatchObject({
      link: { state: 'linked' },
    });
    const third = { ...remote.newInstallation(), cloudId: installation.cloudId };
    expect((await call('post', '/forge/tick', third, { system })).body).toMatchObject({
      link: { state: 'conflict' },
    });
    const kept = await remote.pool.query('select from "AddonSettings" where "clientKey" = $1', [
      tenant.clientKey,
    ]);
    expect(kept.rowCount).toBe(1);
  });

  it('is seen by another process at once', async () => {
    const { installation, system } = await upgraded();
    const other = await remote.another();
    await call('post', '/forge/tick', installation, { system });
    const get = async () =>
      request(other.app)
        .get('/forge/upgrade')
        .set('authorization', `Bearer ${await invocationToken(remote.fake, installation)}`);
    expect((await get()).status).toBe(200);
    await remote.pool.query('delete from tenant_link where installation_id = $1', [
      installation.installationId,
    ]);
    await remote.pool.query('delete from link_evidence where installation_id = $1', [
      installation.installationId,
    ]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await get()).status).toBe(403);
  });
});

describe('what a linked installation may ask', () => {
  it('gets the state of its move and the download of everything', async () => {
    const { tenant, installation, system } = await upgraded();
    await call('post', '/forge/tick', installation, { system });
    const on = remote.on(tenant, { issueId: '5', projectId: '2' });
    await on.post('/api/issues/5/lists', { name: 'A', items: [{ text: 'x' }] });
    const state = await call('get', '/forge/upgrade', installation);
    expect(upgradeStatusSchema.parse(state.body)).toMatchObject({
      state: 'waiting',
      recordsTotal: 1,
      recordsCopied: 0,
      link: { state: 'linked' },
    });
    const all = await call('get', '/forge/export', installation);
    expect(all.body).toMatchObject({
      lists: [{ name: 'A', items: [{ text: 'x' }] }],
      counts: { lists: 1, templates: 0, settings: 0, history: 1 },
    });
  });
});

describe('the system token', () => {
  const stored = async (installation: TestInstallation) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await remote.remote.idle();
    const found = await remote.pool.query<{ system_token: string; api_base_url: string }>(
      'select system_token, api_base_url from forge_token where installation_id = $1',
      [installation.installationId],
    );
    return found.rows[0];
  };

  it('is kept with its address, and not erased by a call without one (ACE defect 4)', async () => {
    const installation = remote.newInstallation();
    await call('post', '/forge/tick', installation, { system: 'one' });
    const kept = {
      system_token: 'one',
      api_base_url: `${remote.fake.url}/ex/jira/${installation.cloudId}`,
    };
    expect(await stored(installation)).toEqual(kept);
    await call('post', '/forge/tick', installation);
    await call('post', '/forge/tick', installation, { system: '' });
    expect(await stored(installation)).toEqual(kept);
  });

  it('is not kept for an address outside the API’s host', async () => {
    const installation = remote.newInstallation();
    const change = { app: { apiBaseUrl: `${remote.fake.url}.evil.example/ex/jira/x` } };
    await call('post', '/forge/tick', installation, { system: 'one', change });
    expect(await stored(installation)).toBeUndefined();
  });

  it('is written once however often it comes (ACE defect 5)', async () => {
    const installation = remote.newInstallation();
    await call('post', '/forge/tick', installation, { system: 'one' });
    await stored(installation);
    const version = 'select xmin::text from forge_token where installation_id = $1';
    const before = await remote.pool.query(version, [installation.installationId]);
    for (let n = 0; n < 5; n += 1) {
      await call('post', '/forge/tick', installation, { system: 'one' });
    }
    await stored(installation);
    const after = await remote.pool.query(version, [installation.installationId]);
    expect(after.rows).toEqual(before.rows);
  });

  it('never stands in the log', () => {
    expect(remote.logged.join('')).not.toMatch(/Bearer e|system-[0-9a-f]{8}/);
    expect(remote.logged.join('')).not.toContain(`"aud":"${APP_ID}"`);
  });
});
