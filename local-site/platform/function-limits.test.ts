import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FunctionError } from '../functions/index.ts';
import type { Site } from '../types.ts';
import { callResolver, startTestPlatform, UMA, until } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

/** Limits that the platform sets to a function, seen through the real SDK. */
describe('a function on the platform', () => {
  let world: TestPlatform;
  let site: Site;
  beforeAll(async () => {
    world = await startTestPlatform({ egressPerMinute: 3 });
    site = world.site('limits');
    await world.platform.install(site);
  });
  beforeEach(() => {
    world.faults.clear();
  });
  afterAll(() => world.close());

  const call = (key: string, payload?: unknown): Promise<unknown> =>
    callResolver(world, site, key, payload);
  const fail = async (key: string, payload?: unknown): Promise<FunctionError> => {
    const error: unknown = await call(key, payload).then(
      () => new Error('It did not fail.'),
      (thrown: unknown) => thrown,
    );
    if (error instanceof FunctionError) return error;
    throw error;
  };

  it('counts storage and remote calls among its outside requests, as long as nobody knows better', async () => {
    expect(await call('storeOften', { times: 5 })).toMatchObject({ done: 3 });
    world.platform.switches.egressCountsStorage = false;
    expect(await call('storeOften', { times: 5 })).toEqual({ done: 5 });
    world.platform.switches.egressCountsStorage = true;
  });

  it('is told about one request too many by an answer, or by an exception', async () => {
    const url = world.remote.url;
    expect(await call('fetchMany', { url, times: 4 })).toEqual({ statuses: [200, 200, 200, 429] });
    world.platform.switches.egressOverLimit = 'exception';
    const error = await fail('fetchMany', { url, times: 4 });
    expect(error.code).toBe('FUNCTION_FETCH_ERR');
  });

  it('sees the SDK’s error for an address that is not allowed, also behind a redirect', async () => {
    const refused = (url: string): string =>
      `URL not included in the external fetch backend permissions: ${url}. Visit go.atlassian.com/forge-egress for more information.`;
    const url = 'https://example.com/x';
    expect(await call('fetchRefused', { url })).toEqual({
      name: 'REQUEST_EGRESS_ALLOWLIST_ERR',
      message: refused(url),
    });
    world.remote.answer = ({ path }) =>
      path === '/away'
        ? { status: 302, headers: { location: url } }
        : path === '/here'
          ? { status: 302, headers: { location: '/there' } }
          : { status: 200 };
    expect(await call('fetchRefused', { url: `${world.remote.url}/away` })).toMatchObject({
      message: refused(url),
    });
    expect(await call('fetch', { url: `${world.remote.url}/here` })).toMatchObject({ status: 200 });
    expect(world.remote.seen.at(-1)).toMatchObject({ path: '/there', method: 'GET' });
  });

  it('may wait only so long for one outside request', async () => {
    world.platform.switches.outsideRequestLimitMs = 200;
    world.remote.answer = () => ({ status: 200, waitMs: 2_000 });
    expect((await fail('fetch', { url: world.remote.url })).code).toBe('FUNCTION_FETCH_ERR');
    world.remote.answer = () => ({ status: 200 });
    world.platform.switches.outsideRequestLimitMs = 180_000;
  });

  it('goes no other way out than fetch: it is refused and recorded', async () => {
    await fail('nodeHttps', { url: 'https://example.com' });
    expect(world.register.list()).toContainEqual(
      expect.objectContaining({ room: 'Forge runtime', what: 'https.request' }),
    );
  });

  it('has the memory that its own module asks for', async () => {
    const origin = { site, moduleKey: 'small-page', moduleType: 'jira:globalPage' };
    const small = (key: string): Promise<unknown> => world.platform.invokeResolver(origin, key, {});
    await expect(small('fillBuffers')).rejects.toMatchObject({
      code: 'FUNCTION_OUT_OF_MEMORY',
      message: expect.stringContaining('128 MB'),
    });
    await expect(small('echo')).resolves.toBeDefined();
  });

  it('cannot call the platform after its end, unless the platform is patient', async () => {
    const later = async (): Promise<unknown> => {
      await call('later', { waitMs: 50 });
      await new Promise((resolve) => setTimeout(resolve, 300));
      const seen = (await call('seen')) as { later?: string }[];
      return seen.find((entry) => entry.later !== undefined)?.later;
    };
    const stored = (): boolean =>
      [...world.store.inspect(site.installationId!)].some(({ key }) => key === 'later');
    expect(await later()).toBeDefined();
    expect(stored()).toBe(false);
    world.platform.switches.callsAfterReturnMs = 5_000;
    await call('later', { waitMs: 50 });
    await until(() => stored() || undefined);
    world.platform.switches.callsAfterReturnMs = 0;
  });

  it('fails in the platform’s own words when a fault takes the call', async () => {
    world.faults.add({ border: 'invoke', fault: 'throttle' });
    expect((await fail('echo')).code).toBe('FUNCTION_PLATFORM_RATE_LIMITED');
    world.faults.add({ border: 'invoke', fault: { kind: 'serverError', status: 503 } });
    expect((await fail('echo')).code).toBe('FUNCTION_PLATFORM_UNKNOWN_ERROR');
    world.faults.add({ border: 'invoke', fault: 'lostAnswer' });
    expect((await fail('echo')).code).toBe('FUNCTION_PLATFORM_UNKNOWN_ERROR');
    world.faults.add({ border: 'invoke', fault: { kind: 'crash', ms: 0 } });
    expect((await fail('whoami', { waitMs: 500 })).code).toBe('FUNCTION_PLATFORM_UNKNOWN_ERROR');
    expect(await call('echo')).toBeDefined();
  });

  it('runs for a workflow rule, without a user and with the rule’s event', async () => {
    expect(await world.platform.invokeModule(site, 'validator', { answer: 42 })).toEqual({
      answer: 42,
      context: { cloudId: site.cloudId, moduleKey: 'validator' },
      principal: false,
    });
    await expect(world.platform.invokeModule(site, 'admin', {})).rejects.toMatchObject({
      code: 'unknown_module',
    });
  });

  it('is called by one user and by all of them only so often, remote calls included', async () => {
    const { switches } = world.platform;
    await world.clock.advanceAsync(60_000);
    switches.userCallsPerMinute = 2;
    const origin = { site, moduleKey: 'admin', moduleType: 'jira:adminPage', accountId: UMA };
    const remote = { remoteKey: 'vendor', path: '/', method: 'GET', way: 'ui' } as const;
    await call('echo');
    await world.platform.callRemote(origin, remote);
    expect((await fail('echo')).code).toBe('FUNCTION_PLATFORM_RATE_LIMITED');
    await expect(world.platform.callRemote(origin, remote)).rejects.toMatchObject({
      code: 'FUNCTION_PLATFORM_RATE_LIMITED',
    });
    await expect(
      world.platform.invokeResolver({ ...origin, accountId: 'another' }, 'echo', {}),
    ).resolves.toBeDefined();
    // Events and schedules do not count.
    await world.platform.runSchedule(site, 'local-tick');
    switches.userCallsPerMinute = 1_200;
  });
});
