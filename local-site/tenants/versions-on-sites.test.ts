import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Site } from '../index.ts';
import { descriptorOf, startTenantTestWorld } from './test-world.ts';
import type { TenantTestWorld } from './test-world.ts';

const addPanel = (text: string): string =>
  text.replace(
    '  jira:webPanels:\n',
    '  jira:generalPages:\n    - key: general\n      url: /general\n      name:\n        value: General\n  jira:webPanels:\n',
  );
const addScope = (text: string): string =>
  text.replace('- read:jira-work', '- read:jira-work\n    - read:jira-user');
const dropScope = (text: string): string => text.replace('    - read:jira-work\n', '');

/** Generations and versions that live at the same time; Connect's callbacks through real HTTP. */
describe('versions on sites', () => {
  let world: TenantTestWorld;
  beforeEach(async () => {
    world = await startTenantTestWorld();
  });
  afterEach(() => world.close());
  const modules = (site: Site): string[] => world.local.connect.modules(site).map(({ key }) => key);

  it('Connect, hybrid N and hybrid N+1 show their own modules side by side', async () => {
    const [old, n, next] = [
      await world.connectSite(),
      await world.hybridSite(),
      await world.hybridSite(),
    ];
    await world.redeploy((text) => addScope(addPanel(text)));
    await world.local.platform.approve(next);
    expect(modules(old)).toEqual(['old-page', '']);
    expect(modules(n)).toEqual(['panel']);
    expect(modules(next).sort()).toEqual(['general', 'panel']);
    expect([old, n, next].map((site) => world.local.platform.appOn(site)?.version)).toEqual([
      undefined,
      '1.0.0',
      '2.0.0',
    ]);
  });

  it('a minor version brings other Connect modules without a word, and keeps the secret', async () => {
    const site = await world.hybridSite();
    const token = world.local.connect.contextToken(site, { accountId: 'a' });
    await world.redeploy(addPanel);
    expect(modules(site).sort()).toEqual(['general', 'panel']);
    expect(world.vendor.received).toEqual([]);
    expect(world.local.connect.contextToken(site, { accountId: 'a' })).toBe(token);
  });

  it('an approved major version posts installed again: same installation, new secret', async () => {
    const site = await world.hybridSite();
    const { installationId } = site;
    await world.redeploy(addScope);
    await world.local.platform.approve(site);
    const [body] = world.callbacks('installed');
    expect(body).toMatchObject({ installationId, clientKey: site.clientKey });
    expect(world.paths()).toEqual(['/installed']);
    expect(site.installationId).toBe(installationId);
  });

  it('a major version that the app refuses stays pending, and the old one runs on', async () => {
    const site = await world.hybridSite();
    await world.redeploy((text) => addScope(addPanel(text)));
    world.answer = () => ({ status: 201 });
    await expect(world.local.platform.approve(site)).rejects.toMatchObject({
      code: 'LIFECYCLE_HOOK_FAILED',
    });
    expect(world.local.platform.appOn(site)?.version).toBe('1.0.0');
    expect(world.local.platform.pending(site)?.version).toBe('2.0.0');
    expect(modules(site)).toEqual(['panel']);
    world.answer = () => undefined;
    await world.local.platform.approve(site);
    expect(world.local.platform.appOn(site)?.version).toBe('2.0.0');
  });

  it('a bulk upgrade moves as many as it is told, the same ones for the same seed, and says how many', async () => {
    const sites: Site[] = [];
    for (let count = 0; count < 6; count += 1) sites.push(await world.hybridSite());
    await world.redeploy(dropScope);
    const upgrade = { fromMajor: 1, toMajor: 2, limit: 4 };
    const both = [
      world.local.platform.bulkUpgrade(upgrade),
      world.local.platform.bulkUpgrade(upgrade),
    ];
    await expect(both[1]).rejects.toMatchObject({ code: 'bulk_upgrade_running' });
    expect(await both[0]).toEqual({ completed: 4, failed: 0 });
    const on = (version: string): number =>
      sites.filter((site) => world.local.platform.appOn(site)?.version === version).length;
    expect([on('1.0.0'), on('2.0.0')]).toEqual([2, 4]);
    expect(await world.local.platform.bulkUpgrade({ ...upgrade, limit: 9_999 })).toEqual({
      completed: 2,
      failed: 0,
    });
    await expect(
      world.local.platform.bulkUpgrade({ ...upgrade, toMajor: 3 }),
    ).rejects.toMatchObject({ code: 'unknown_version' });
  });

  it('a bulk upgrade refuses elevated privileges', async () => {
    await world.hybridSite();
    await world.redeploy(addScope);
    await expect(
      world.local.platform.bulkUpgrade({ fromMajor: 1, toMajor: 2, limit: 10 }),
    ).rejects.toMatchObject({
      code: 'elevated_privileges',
      message: expect.stringContaining('scope added: read:jira-user') as unknown,
    });
  });

  it('the platform moves a Connect site by itself only when nobody has to act', async () => {
    const site = await world.connectSite();
    expect(world.local.connectUpgrade(site)).toEqual({
      admin: [],
      developer: ['inherited scope added: read:jira-work'],
    });
    await expect(world.local.upgradeInPlace(site, { automatic: true })).rejects.toMatchObject({
      code: 'approval_needed',
    });
    await world.redeploy(dropScope);
    expect(world.local.connectUpgrade(site)).toEqual({ admin: [], developer: [] });
    await world.local.upgradeInPlace(site, { automatic: true });
    expect(site.generation).toBe('hybrid');
    expect(world.local.connectUpgrade(site)).toBeUndefined();
  });

  it('an app with another Connect key does not replace the one on the site', async () => {
    world.descriptor = descriptorOf(world.vendor, { key: 'com.example.other' });
    const site = await world.connectSite();
    await expect(world.local.upgradeInPlace(site)).rejects.toMatchObject({
      code: 'connect_key_differs',
    });
    expect(site.generation).toBe('connect');
  });
});
