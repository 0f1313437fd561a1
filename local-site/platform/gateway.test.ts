import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Site } from '../types.ts';
import { startTestPlatform } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

/** What a remote sees of api.atlassian.com. */
describe('the gateway', () => {
  let world: TestPlatform;
  let site: Site;
  let token = '';

  beforeAll(async () => {
    world = await startTestPlatform({ permissionLagMs: 60_000 });
    site = world.site('one');
    await world.platform.install(site);
    await world.platform.runSchedule(site, 'tick');
    token = String(world.remote.seen[0]?.headers['x-forge-oauth-system']);
  });
  afterAll(() => world.close());

  const storage = (operation: string, body: unknown, bearer = token): Promise<Response> =>
    fetch(`${world.url}/forge/storage/kvs/v1/${operation}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('opens storage to a system token', async () => {
    expect((await storage('set', { key: 'a', value: { n: 1 } })).status).toBe(204);
    const got = await storage('get', { key: 'a' });
    expect(got.status).toBe(200);
    expect(await got.json()).toMatchObject({ key: 'a', value: { n: 1 } });
    const missing = await storage('get', { key: 'b' });
    expect(await missing.json()).toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  it('refuses storage without a token and with a wrong one', async () => {
    expect((await fetch(`${world.url}/forge/storage/kvs/v1/get`, { method: 'POST' })).status).toBe(
      401,
    );
    expect((await storage('get', { key: 'a' }, 'wrong')).status).toBe(401);
  });

  it('answers 403 for Jira while the permissions are not there yet, then as the app', async () => {
    const url = `${world.url}/ex/jira/${site.cloudId}/rest/api/3/myself?x=1`;
    const get = (bearer: string): Promise<Response> =>
      fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
    expect((await get(token)).status).toBe(403);
    world.clock.advance(60_000);
    const answer = await get(token);
    expect(await answer.json()).toEqual({ accountId: 'the-app', path: '/rest/api/3/myself?x=1' });
    expect((await get('wrong')).status).toBe(401);
  });

  it('answers 404 for a site that the token does not speak for', async () => {
    const other = await fetch(`${world.url}/ex/jira/other/rest/api/3/myself`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(other.status).toBe(404);
  });

  it('serves install keys, and 404 for any other name', async () => {
    const known = await fetch(`${world.url}/install-keys/known`);
    expect([known.status, await known.text()]).toEqual([200, 'PEM']);
    const unknown = await fetch(`${world.url}/install-keys/unknown`);
    expect([unknown.status, await unknown.text()]).toEqual([404, 'Not found']);
  });

  it('refuses the token of an invocation that has ended', async () => {
    const answer = await fetch(`${world.url}/fpp/as/app/provider/atlassian/capability/kvs`, {
      method: 'POST',
      headers: { 'forge-proxy-authorization': 'Bearer gone', 'forge-proxy-target': '/api/v1/get' },
    });
    expect(answer.status).toBe(401);
  });

  it('answers 501 to anything else and writes it down', async () => {
    const answer = await fetch(`${world.url}/graphql?x=1`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({ code: 'NOT_MODELLED' });
    expect(world.register.list()).toContainEqual({
      room: 'api.atlassian.com',
      what: 'POST /graphql',
      count: 1,
    });
  });

  it('ends the tokens with the installation', async () => {
    await world.platform.uninstall(site);
    expect((await storage('get', { key: 'a' })).status).toBe(401);
  });
});
