import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FunctionError } from '../functions/index.ts';
import type { Site } from '../types.ts';
import { callResolver, startTestPlatform, UMA, until } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

/** The fixture's bundle with the real @forge packages, in its process, over HTTP. */
describe('functions', () => {
  let world: TestPlatform;
  let site: Site;
  const call = (key: string, payload?: unknown): Promise<unknown> =>
    callResolver(world, site, key, payload);
  const failure = (key: string, payload?: unknown): Promise<FunctionError> =>
    call(key, payload).then(
      () => {
        throw new Error('It did not fail.');
      },
      (error: unknown) => error as FunctionError,
    );

  beforeAll(async () => {
    world = await startTestPlatform({ functionLimitMs: 2_000, egressPerMinute: 3 });
    site = world.site('one');
    await world.platform.install(site);
  });
  afterAll(() => world.close());

  it('gives a resolver its payload and where the call comes from', async () => {
    expect(await call('echo', { x: 1 })).toMatchObject({
      payload: { x: 1 },
      context: {
        cloudId: site.cloudId,
        siteUrl: site.baseUrl,
        moduleKey: 'admin',
        accountId: UMA,
        extension: { type: 'jira:adminPage' },
        installContext: `ari:cloud:jira::site/${site.cloudId}`,
        installation: { ari: site.installationId },
      },
    });
  });

  it('passes results through JSON, so that a date arrives as text', async () => {
    expect(await call('echo')).toMatchObject({ when: '1970-01-01T00:00:00.000Z' });
    expect(await call('nothing')).toBeUndefined();
  });

  it('rejects with the message that the function threw', async () => {
    const error = await failure('fails');
    expect(error).toBeInstanceOf(FunctionError);
    expect(error.message).toBe('The function says no.');
    expect(error.code).toBe('FUNCTION_ERR');
    expect(error.functionStack.join('\n')).toContain('index.js');
    expect((await failure('no-such-key')).message).toBe(
      "Resolver has no definition for 'no-such-key'.",
    );
  });

  it('shows a function its variables and nothing else of the environment', async () => {
    const { variables, app } = (await call('environment')) as {
      variables: Record<string, string>;
      app: Record<string, unknown>;
    };
    expect(variables).toEqual({ REMOTE_BASE_URL: world.remote.url, GREETING: 'hello' });
    expect(app).toMatchObject({
      appAri: world.platform.app?.appId,
      appVersion: '1.0.0',
      environmentType: 'DEVELOPMENT',
      installationAri: site.installationId,
      moduleKey: 'admin',
    });
  });

  it('captures the console', async () => {
    await call('logs');
    const line = await until(() => world.logs.find(({ level }) => level === 'warn'));
    expect(line.text).toBe('from the function { n: 1 }');
    expect(line.invocationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('reaches storage through the real @forge/kvs, also where a key is missing', async () => {
    expect(await call('keep', { key: 'k', value: 'v' })).toEqual({ back: 'v' });
    const stored = [...world.store.inspect(site.installationId!)];
    expect(stored).toContainEqual(expect.objectContaining({ key: 'k', value: 'v' }));
  });

  it('calls Jira as the app and as the user, with the path as it was encoded', async () => {
    const answer = (await call('jiraAsApp')) as { body: string };
    expect(JSON.parse(answer.body)).toEqual({
      accountId: 'the-app',
      path: '/rest/api/3/issue/%C3%A4%20b?fields=summary',
    });
    expect(await call('whoami', { waitMs: 0 })).toMatchObject({ accountId: UMA });
    expect(await call('jiraAnonymously')).toEqual({ status: 401 });
  });

  it('says that asUser needs a user when there is none', async () => {
    const origin = { site, moduleKey: 'admin', moduleType: 'jira:adminPage' };
    await expect(
      world.platform.invokeResolver(origin, 'whoami', { waitMs: 0 }),
    ).rejects.toMatchObject({ code: 'NEEDS_AUTHENTICATION_ERR' });
  });

  it('keeps invocations that run at the same time apart', async () => {
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const results = await Promise.all(
      users.map((accountId, index) =>
        world.platform.invokeResolver(
          { site, moduleKey: 'admin', moduleType: 'jira:adminPage', accountId },
          'whoami',
          { waitMs: 40 - 2 * index },
        ),
      ),
    );
    expect(results).toEqual(users.map((accountId) => ({ accountId, same: true })));
  });

  it('lets a function fetch only what the manifest allows, and only so often', async () => {
    const refused = await failure('fetch', { url: 'https://example.com/x' });
    expect(refused.code).toBe('REQUEST_EGRESS_ALLOWLIST_ERR');
    expect(refused.message).toContain('https://example.com/x');
    expect(await call('fetch', { url: `${world.remote.url}/allowed` })).toMatchObject({
      status: 200,
    });
    expect(world.remote.seen.at(-1)).toMatchObject({ path: '/allowed', body: 'text' });
    expect(await call('fetchMany', { url: world.remote.url, times: 5 })).toEqual({
      statuses: [200, 200, 200, 429, 429],
    });
  });

  it('answers what it does not model with 501 and writes it down', async () => {
    expect(await call('unmodelled')).toEqual({ status: 501 });
    expect(world.register.list()).toContainEqual(
      expect.objectContaining({ room: 'Forge runtime', what: 'GraphQL tenantOf' }),
    );
  });

  it('ends a function that takes too long, while the others go on', async () => {
    const hanging = failure('hang');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const patient = call('whoami', { waitMs: 1_200 });
    expect((await hanging).code).toBe('FUNCTION_TIME_OUT');
    expect(await patient).toMatchObject({ same: true });
    expect(await call('echo')).toBeDefined();
  });

  it('ends a function that blocks its process, and starts another process', async () => {
    expect((await failure('block')).code).toBe('FUNCTION_TIME_OUT');
    expect(await call('echo')).toBeDefined();
  });

  it('survives a function that ends its process', async () => {
    const error = await failure('exit');
    expect(error.code).toBe('FUNCTION_PLATFORM_UNKNOWN_ERROR');
    expect(error.message).toContain('exit code 3');
    expect(await call('echo')).toBeDefined();
  });

  it('limits requests from a page to 500 KB and results to 5 MB', async () => {
    expect((await failure('echo', 'x'.repeat(500 * 1024))).code).toBe('PAYLOAD_TOO_BIG');
    expect(await call('big', { bytes: 5 * 1024 * 1024 - 2 })).toHaveLength(5 * 1024 * 1024 - 2);
    expect((await failure('big', { bytes: 5 * 1024 * 1024 })).code).toBe('PAYLOAD_TOO_BIG');
  });
});
