import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Site } from '../types.ts';
import { ADA, callResolver, startTestPlatform, until } from './test-platform.ts';
import type { RemoteSeen, TestPlatform } from './test-platform.ts';

describe('events and schedules', () => {
  let world: TestPlatform;
  let site: Site;
  let count = 0;

  beforeAll(async () => {
    world = await startTestPlatform();
  });
  beforeEach(async () => {
    count += 1;
    site = world.site(`site-${count}`);
    world.remote.seen.length = 0;
    world.remote.answer = () => ({ status: 200 });
    await world.platform.install(site);
  });
  afterEach(() => {
    if (site.installationId !== undefined) world.platform.withdraw(site);
  });
  afterAll(() => world.close());

  const remoteGot = (path: string, times = 1): Promise<RemoteSeen[]> =>
    until(() => {
      const seen = world.remote.seen.filter((request) => request.path === path);
      return seen.length >= times ? seen : undefined;
    });
  const lifecycleCalls = (): RemoteSeen[] =>
    world.remote.seen.filter(({ path }) => path === '/forge/lifecycle');
  const functionsGot = async (kind: string, times = 1): Promise<Record<string, unknown>[]> =>
    until(async () => {
      const all = (await callResolver(world, site, 'seen')) as Record<string, unknown>[];
      const mine = all.filter(
        (entry) => kind in entry && JSON.stringify(entry).includes(site.cloudId),
      );
      return mine.length >= times ? mine : undefined;
    });

  it('tell the remote about the install, with bare ids', async () => {
    await world.clock.advanceAsync(1_000);
    const [seen] = await remoteGot('/forge/lifecycle');
    expect(seen?.headers['x-forge-oauth-system']).toBeUndefined();
    const body = JSON.parse(seen!.body) as Record<string, unknown>;
    expect(body).toMatchObject({
      context: { cloudId: site.cloudId, moduleKey: 'lifecycle-to-remote' },
      payload: {
        eventType: 'avi:forge:installed:app',
        id: site.installationId!.split('/').at(-1),
        installerAccountId: ADA,
        app: { id: '11111111-2222-4333-8444-555555555555', version: '1.0.0' },
      },
    });
  });

  it('reach a function that a trigger names', async () => {
    world.platform.emit(site, 'avi:jira:deleted:issue', { issue: { id: '10' } });
    world.platform.emit(site, 'avi:jira:created:issue', { issue: { id: '11' } });
    await world.clock.advanceAsync(1_000);
    const [got] = await functionsGot('event');
    expect(got).toMatchObject({
      event: {
        eventType: 'avi:jira:deleted:issue',
        issue: { id: '10' },
        context: { cloudId: site.cloudId, moduleKey: 'issue-deleted' },
      },
    });
  });

  it('are tried again, four times and 60 s apart, with the reason', async () => {
    world.remote.answer = () => ({ status: 401 });
    await world.clock.advanceAsync(1_000);
    for (let attempts = 1; attempts <= 5; attempts += 1) {
      // The next retry is booked when the failure is known.
      const known = (): string[] => world.failures.filter((line) => line.includes(site.slug));
      await until(() => (known().length === attempts ? true : undefined));
      await world.clock.advanceAsync(59_000);
      expect(lifecycleCalls()).toHaveLength(attempts);
      await world.clock.advanceAsync(1_000);
    }
    const retried = lifecycleCalls().map(
      ({ body }) => (JSON.parse(body) as { payload: object }).payload,
    );
    expect(retried).toHaveLength(5);
    expect(retried[0]).not.toHaveProperty('retryContext');
    expect(retried[4]).toMatchObject({
      retryContext: {
        retryCount: 4,
        retryReason: 'INVALID_FORGE_INVOCATION_TOKEN',
        retryData: null,
      },
    });
  });

  it('run a schedule about five minutes after the install and then at its interval', async () => {
    await world.clock.advanceAsync(4 * 60_000);
    expect(world.remote.seen.filter(({ path }) => path === '/forge/tick')).toHaveLength(0);
    await world.clock.advanceAsync(2 * 60_000);
    const [first] = await remoteGot('/forge/tick');
    expect(first?.method).toBe('POST');
    expect(first?.headers['x-forge-oauth-system']).toBeDefined();
    expect(await functionsGot('schedule')).toHaveLength(1);
    await world.clock.advanceAsync(5 * 60_000);
    expect(await functionsGot('schedule', 2)).toHaveLength(2);
    await world.clock.advanceAsync(55 * 60_000);
    expect(await remoteGot('/forge/tick', 2)).toHaveLength(2);
  });

  it('run a schedule at once when asked, and say when it failed', async () => {
    await world.platform.runSchedule(site, 'tick');
    expect(await remoteGot('/forge/tick')).toHaveLength(1);
    world.remote.answer = () => ({ status: 500 });
    await expect(world.platform.runSchedule(site, 'tick')).rejects.toMatchObject({
      code: 'delivery_failed',
    });
    await expect(world.platform.runSchedule(site, 'unknown')).rejects.toMatchObject({
      code: 'unknown_module',
    });
  });

  it('run preUninstall before the installation closes; nothing comes afterwards', async () => {
    const { installationId } = site;
    await world.platform.uninstall(site);
    expect([...world.store.inspect(installationId!)]).toContainEqual(
      expect.objectContaining({ key: 'farewell', value: true }),
    );
    expect(site.installationId).toBeUndefined();
    await world.clock.advanceAsync(2 * 60 * 60_000);
    expect(world.remote.seen).toHaveLength(0);
    await expect(callResolver(world, site, 'echo')).rejects.toMatchObject({
      code: 'not_installed',
    });
  });

  it('let an uninstall go on when preUninstall fails', async () => {
    world.faults.add({ border: 'invoke', matching: 'farewell', fault: 'throttle' });
    await world.platform.uninstall(site);
    expect(site.installationId).toBeUndefined();
    expect(world.failures.at(-1)).toContain('before-uninstall');
  });

  it('make a new installation with an empty store after a reinstall', async () => {
    const before = site.installationId;
    await callResolver(world, site, 'keep', { key: 'k', value: 'v' });
    await world.platform.uninstall(site);
    const after = await world.platform.install(site);
    expect(after).not.toBe(before);
    expect([...world.store.inspect(after)]).toEqual([]);
  });
});
