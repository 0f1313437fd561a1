import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTenantTestWorld, withoutSchedules } from './test-world.ts';
import type { TenantTestWorld } from './test-world.ts';

const DAY = 24 * 3_600_000;

describe('an uninstall', () => {
  let world: TenantTestWorld;
  beforeAll(async () => {
    // The farewell goes to the vendor, so that the test sees it.
    world = await startTenantTestWorld({}, (text) =>
      withoutSchedules(text)
        .replace(
          '      installed: /installed\n',
          '      installed: /installed\n      uninstalled: /uninstalled\n',
        )
        .replace('function: farewell', 'endpoint: goodbye')
        .replace(
          '  endpoint:\n',
          '  endpoint:\n    - key: goodbye\n      remote: vendor\n      route:\n        path: /forge/farewell\n',
        ),
    );
  });
  afterAll(() => world.close());

  const goodbyes = (): string[] =>
    world.vendor.received
      .map(({ url }) => url)
      .filter((url) => url === '/forge/farewell' || url === '/uninstalled');

  it.each([
    ['both', ['/forge/farewell', '/uninstalled']],
    ['preUninstall', ['/forge/farewell']],
    ['uninstalled', ['/uninstalled']],
    ['none', []],
  ] as const)(
    'with the callbacks %s takes everything off and says only that',
    async (callbacks, heard) => {
      const site = await world.hybridSite();
      const { installationId } = site;
      await world.local.uninstall(site, { callbacks });
      expect(goodbyes()).toEqual(heard);
      expect(site).toMatchObject({ generation: 'none' });
      expect(site.installationId).toBeUndefined();
      expect(world.local.platform.appOn(site)).toBeUndefined();
      expect(world.local.connect.modules(site)).toEqual([]);
      expect(installationId).toMatch(/^ari:/);
    },
  );

  it('goes on when preUninstall fails or the app does not answer in time', async () => {
    const site = await world.hybridSite();
    const limit = world.local.platform.switches.asyncFunctionLimitMs;
    world.local.platform.switches.asyncFunctionLimitMs = 200;
    // Longer than the platform waits.
    world.answer = async ({ url }) => {
      if (url === '/forge/farewell') await new Promise((resolve) => setTimeout(resolve, 600));
      return undefined;
    };
    await world.local.uninstall(site);
    expect(site.generation).toBe('none');
    world.local.platform.switches.asyncFunctionLimitMs = limit;
    world.answer = ({ url }) => (url === '/forge/farewell' ? { status: 500 } : undefined);
    await world.local.upgradeInPlace(site);
    await world.local.uninstall(site);
    expect(site.generation).toBe('none');
    world.answer = () => undefined;
  });

  it('and a reinstallation make a new id and an empty store; support brings the data back for 21 days', async () => {
    const site = await world.connectSite();
    await world.local.upgradeInPlace(site);
    const old = site.installationId ?? '';
    await world.keep(site, 'list', 'kept');
    await world.local.uninstall(site);
    await world.local.upgradeInPlace(site);
    expect(site.installationId).not.toBe(old);
    expect(world.stored(site.installationId)).toEqual([]);
    world.clock.advance(20 * DAY);
    expect(() => {
      world.local.relink(site, 'ari:cloud:ecosystem::installation/unknown');
    }).toThrow('no ended installation');
    world.local.relink(site, old);
    expect(world.stored(site.installationId)).toEqual(['list']);
    await world.keep(site, 'more', 'new');
    expect(world.stored(site.installationId)).toEqual(['list', 'more']);
  });

  it('more than 21 days ago is final', async () => {
    const site = await world.hybridSite();
    const old = site.installationId ?? '';
    await world.keep(site, 'list', 'kept');
    await world.local.uninstall(site);
    await world.local.upgradeInPlace(site);
    world.clock.advance(21 * DAY + 1);
    expect(() => {
      world.local.relink(site, old);
    }).toThrow('21 days');
  });

  it("gives no site another site's data", async () => {
    const [one, two] = [await world.hybridSite(), await world.hybridSite()];
    const old = one.installationId ?? '';
    await world.local.uninstall(one);
    expect(() => {
      world.local.relink(two, old);
    }).toThrow('no ended installation of');
  });
});
