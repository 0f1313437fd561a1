import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { RemoteCall, Site } from '../types.ts';
import { ADA, callResolver, startTestPlatform } from './test-platform.ts';
import type { RemoteSeen, TestPlatform } from './test-platform.ts';

/** What a remote gets, checked the way a remote checks it: with jose against the JWKS address. */
describe('calls to a remote', () => {
  let world: TestPlatform;
  let site: Site;

  beforeAll(async () => {
    world = await startTestPlatform({
      remoteUiLimitMs: 300,
      systemTokens: { lifeMinutes: 240, leftViaEndpoint: 120, leftViaFunction: 10 },
    });
    site = world.site('one');
    await world.platform.install(site);
  });
  beforeEach(() => {
    world.remote.seen.length = 0;
    world.remote.answer = () => ({ status: 200 });
  });
  afterAll(() => world.close());

  const verify = async (seen: RemoteSeen | undefined): Promise<JWTPayload> => {
    const keys = createRemoteJWKSet(new URL(`${world.url}/.well-known/jwks.json`));
    const token = seen?.headers.authorization?.replace('Bearer ', '') ?? '';
    const { payload } = await jwtVerify(token, keys, {
      issuer: 'forge/invocation-token',
      audience: world.platform.app!.appId,
      algorithms: ['RS256'],
      currentDate: new Date(world.clock.now()),
    });
    return payload;
  };
  const callFromPage = (call: Partial<RemoteCall> = {}): Promise<Response> =>
    world.platform.callRemote(
      {
        site,
        moduleKey: 'admin',
        moduleType: 'jira:adminPage',
        accountId: ADA,
        extension: { issue: { id: '1' } },
      },
      { remoteKey: 'vendor', path: '/forge/page', method: 'GET', way: 'ui', ...call },
    );

  it('carry, from a function, a token without context and without principal', async () => {
    await callResolver(world, site, 'remote', { key: 'vendor', path: '/forge/upgrade?x=1' });
    const seen = world.remote.seen[0];
    expect(seen).toMatchObject({ method: 'POST', path: '/forge/upgrade?x=1' });
    expect(JSON.parse(seen!.body)).toEqual({ hello: 'remote' });
    expect(seen?.headers['x-own']).toBe('yes');
    expect(seen?.headers['x-b3-traceid']).toMatch(/^[0-9a-f]{32}$/);
    const claims = await verify(seen);
    expect(claims.exp! - claims.iat!).toBe(25);
    expect(claims.nbf).toBe(claims.iat);
    const apiBaseUrl = `${world.url}/ex/jira/${site.cloudId}`;
    expect(claims).toEqual({
      iss: 'forge/invocation-token',
      aud: world.platform.app!.appId,
      iat: expect.any(Number),
      nbf: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.any(String),
      app: {
        id: world.platform.app!.appId,
        appVersion: '1.0.0',
        installationId: site.installationId,
        installation: {
          id: site.installationId,
          contexts: [{ name: 'jira', apiBaseUrl, cloudId: site.cloudId }],
        },
        apiBaseUrl,
        environment: {
          type: 'DEVELOPMENT',
          id: expect.stringMatching(/^ari:cloud:ecosystem::environment\//),
        },
        module: { type: 'core:endpoint', key: 'admin' },
      },
    });
  });

  it('carry, from a page, the context and the user, and tokens only where an endpoint says so', async () => {
    const response = await callFromPage();
    expect(await response.json()).toEqual({ got: '/forge/page' });
    const claims = await verify(world.remote.seen[0]);
    expect(claims).toMatchObject({
      principal: ADA,
      app: { module: { type: 'jira:adminPage', key: 'admin' } },
      context: {
        cloudId: site.cloudId,
        siteUrl: site.baseUrl,
        moduleKey: 'admin',
        extension: { type: 'jira:adminPage', issue: { id: '1' } },
      },
    });
    expect(world.remote.seen[0]?.headers['x-forge-oauth-system']).toBeUndefined();
    await callFromPage({ path: '/forge/tick', method: 'POST' });
    expect(world.remote.seen[1]?.headers['x-forge-oauth-system']).toMatch(/^\S{40,}$/);
  });

  it('cannot be signed by the caller itself', async () => {
    await callFromPage({
      headers: { authorization: 'Bearer mine', 'X-Forge-OAuth-System': 'mine' },
    });
    await verify(world.remote.seen[0]);
    expect(world.remote.seen[0]?.headers['x-forge-oauth-system']).toBeUndefined();
  });

  it('never follow a redirect', async () => {
    world.remote.answer = () => ({ status: 302, headers: { location: '/elsewhere' } });
    await expect(callFromPage()).rejects.toMatchObject({ code: 'redirect_refused' });
    expect(world.remote.seen).toHaveLength(1);
  });

  it('end at the time limit', async () => {
    world.remote.answer = () => ({ status: 200, waitMs: 2_000 });
    await expect(callFromPage()).rejects.toMatchObject({ code: 'remote_timeout' });
    expect(
      await callResolver(world, site, 'remote', { key: 'vendor', path: '/slow' }),
    ).toMatchObject({ status: 504 });
  });

  it('are refused for a remote that is unknown or has no compute', async () => {
    await expect(callFromPage({ remoteKey: 'unknown' })).rejects.toMatchObject({
      code: 'unknown_remote',
    });
    for (const key of ['unknown', 'storage-only']) {
      await expect(callResolver(world, site, 'remote', { key, path: '/x' })).rejects.toMatchObject({
        code: 'INVALID_REMOTE_ERR',
      });
    }
  });

  it('bring a system token that lives at least two hours through an endpoint', async () => {
    await world.platform.runSchedule(site, 'tick');
    const token = String(world.remote.seen[0]?.headers['x-forge-oauth-system']);
    expect(world.platform.siteOfSystemToken(token)).toBe(site);
    world.clock.advance(119 * 60_000);
    await world.platform.runSchedule(site, 'tick');
    // Runs of the regular schedule, which the clock has passed, may end after this one.
    const later = world.remote.seen
      .map(({ headers }) => headers['x-forge-oauth-system'])
      .findLast((header) => typeof header === 'string');
    world.clock.advance(119 * 60_000);
    expect(world.platform.siteOfSystemToken(String(later))).toBe(site);
    world.clock.advance(122 * 60_000);
    expect(world.platform.siteOfSystemToken(token)).toBeUndefined();
  });

  it('bring a short-lived one through a function', async () => {
    await callResolver(world, site, 'remote', { key: 'vendor', path: '/x' });
    // Schedules that fell due before may still be on their way.
    const call = world.remote.seen.find(({ path }) => path === '/x');
    const token = String(call?.headers['x-forge-oauth-system']);
    expect(world.platform.siteOfSystemToken(token)).toBe(site);
    world.clock.advance(10 * 60_000);
    expect(world.platform.siteOfSystemToken(token)).toBeUndefined();
  });
});
