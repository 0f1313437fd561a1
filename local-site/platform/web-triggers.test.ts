import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Site } from '../types.ts';
import { callResolver, startTestPlatform } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

/** Addresses from the real `webTrigger` of @forge/api, called by a stranger. */
describe('web triggers', () => {
  let world: TestPlatform;
  let site: Site;
  beforeAll(async () => {
    world = await startTestPlatform({
      ...{ webTriggerLimitMs: 1_500, installationCallsPerMinute: 7_000 },
    });
    site = world.site('web');
    await world.platform.install(site);
  });
  afterAll(() => world.close());

  const call = (key: string, payload: unknown = {}): Promise<unknown> =>
    callResolver(world, site, key, payload);
  const urlOf = async (key: string, forceCreate = false): Promise<string> =>
    (await call('webTriggerUrl', { key, forceCreate })) as string;

  it('give an address that stays the same, and a new one on demand', async () => {
    const url = await urlOf('web');
    expect(url).toMatch(/^http:\/\/localhost:\d+\/x1\/[\w-]{20,}$/);
    expect(await urlOf('web')).toBe(url);
    expect(await urlOf('fixed-web')).toContain('/public/');
    const second = await urlOf('web', true);
    expect(second).not.toBe(url);
    expect(await call('webTriggerUrls', { key: 'web' })).toEqual([
      ...[url, second].map((found) => ({ moduleKey: 'web', url: found })),
    ]);
    expect(await call('webTriggerUrls')).toHaveLength(3);
    await expect(urlOf('no-such-trigger')).rejects.toThrow('Failed to get web trigger URL');
  });

  it('hand the request over as documented, and answer with what the function says', async () => {
    const url = `${await urlOf('web')}/hello/world?apples=green,red&apples=blue&grapes=`;
    const response = await fetch(url, { method: 'PUT', body: 'text', headers: { 'X-Own': 'ä' } });
    expect([response.status, response.statusText]).toEqual([201, 'Made']);
    expect(response.headers.get('x-own')).toBe('a, b');
    expect(response.headers.get('x-ratelimit-limit')).toBe('7000');
    expect(Number(response.headers.get('x-ratelimit-remaining'))).toBeLessThan(7000);
    const { request, context } = (await response.json()) as Record<string, object>;
    expect(request).toMatchObject({
      method: 'PUT',
      body: 'text',
      path: new URL(url).pathname,
      userPath: '/hello/world',
      queryParameters: { apples: ['green', 'red', 'blue'], grapes: [''] },
      headers: { 'X-Own': expect.any(Array) },
    });
    expect(context).toEqual({
      installContext: `ari:cloud:jira::site/${site.cloudId}`,
      installation: expect.objectContaining({ ari: site.installationId }),
    });
    expect(await (await fetch(await urlOf('web'))).json()).toMatchObject({
      request: { userPath: '', body: '' },
    });
  });

  it('answer 424 when the function fails or takes too long, 500 when its result is no response', async () => {
    const url = await urlOf('web');
    const status = async (path: string): Promise<number> => (await fetch(url + path)).status;
    expect(await status('/fails')).toBe(424);
    expect(await status('/as-user')).toBe(424);
    expect(await status('/odd')).toBe(500);
    expect(await status('/hang')).toBe(424);
  });

  it('of the static kind answer with an output of the manifest and nothing else', async () => {
    const url = await urlOf('fixed-web');
    const post = (body: string): Promise<Response> => fetch(url, { method: 'POST', body });
    const good = await post('good');
    expect([good.status, good.headers.get('content-type'), await good.text()]).toEqual([
      ...[200, 'text/plain', 'Good'],
    ]);
    expect((await post('bad')).status).toBe(403);
    expect((await post('unknown')).status).toBe(500);
    expect((await fetch(url)).status).toBe(500);
  });

  it('take 5 MB at most', async () => {
    const url = await urlOf('web');
    const body = 'x'.repeat(5 * 1024 * 1024);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(413);
  });

  it('are gone when they were deleted, for their own site only', async () => {
    const other = world.site('other');
    await world.platform.install(other);
    const url = await urlOf('web', true);
    await expect(callResolver(world, other, 'deleteWebTrigger', { url })).rejects.toThrow(
      'There is no such web trigger URL.',
    );
    await call('deleteWebTrigger', { url });
    expect((await fetch(url)).status).toBe(404);
  });

  it('count with the calls of people, and say when they are too many', async () => {
    const url = await urlOf('fixed-web');
    await world.clock.advanceAsync(60_000);
    world.platform.switches.installationCallsPerMinute = 2;
    const statuses = [];
    for (let n = 0; n < 3; n += 1) {
      statuses.push((await fetch(url, { method: 'POST', body: 'good' })).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    await expect(call('echo')).rejects.toMatchObject({ code: 'FUNCTION_PLATFORM_RATE_LIMITED' });
    world.platform.switches.installationCallsPerMinute = 7_000;
  });

  it('can be managed so often in a minute', async () => {
    await world.clock.advanceAsync(60_000);
    const { switches } = world.platform;
    Object.assign(switches, { webTriggerCreatesPerMinute: 1, webTriggerGetsPerMinute: 1 });
    switches.webTriggerDeletesPerMinute = 0;
    const url = await urlOf('web', true);
    await expect(urlOf('web', true)).rejects.toThrow('Too Many Requests');
    await urlOf('web');
    await expect(urlOf('web')).rejects.toThrow('Too Many Requests');
    await expect(call('webTriggerUrls')).rejects.toThrow('Too Many Requests');
    await expect(call('deleteWebTrigger', { url })).rejects.toThrow('Too Many Requests');
  });

  it('answer 424 when the app is not installed, and work again after a reinstall', async () => {
    world.platform.switches.webTriggerGetsPerMinute = 10;
    const url = await urlOf('web');
    await world.platform.uninstall(site);
    expect((await fetch(url)).status).toBe(424);
    await world.platform.install(site);
    expect((await fetch(url)).status).toBe(201);
    expect(await urlOf('web')).toBe(await urlOf('web'));
  });
});
