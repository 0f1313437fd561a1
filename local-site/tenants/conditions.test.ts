import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { startTestApp } from '../connect/test-app.ts';
import type { TestApp } from '../connect/test-app.ts';
import type { Site } from '../index.ts';
import { descriptorOf, startTenantTestWorld } from './test-world.ts';
import type { TenantTestWorld } from './test-world.ts';

const production = { environment: 'production' };
const USER = { accountId: 'a' };
const paid = (text: string): string =>
  text.replace('  connect:\n', '  licensing:\n    enabled: true\n  connect:\n');

describe('what changes about a site', () => {
  let world: TenantTestWorld;
  beforeAll(async () => {
    world = await startTenantTestWorld();
  });
  afterEach(() => {
    world.answer = () => undefined;
    world.descriptor = descriptorOf(world.vendor);
  });
  afterAll(() => world.close());

  const origin = (site: Site): Parameters<typeof world.local.platform.callRemote>[0] => ({
    site,
    moduleKey: 'admin',
    moduleType: 'jira:adminPage',
    accountId: 'a',
  });
  const call = (site: Site): Promise<Response> =>
    world.local.platform.callRemote(origin(site), {
      ...{ remoteKey: 'vendor', path: '/forge/page', method: 'GET', way: 'ui' },
    });
  const ticks = ({ cloudId }: Site): number =>
    world.vendor.received.filter(({ url, body }) => url === '/forge/tick' && body.includes(cloudId))
      .length;
  const fit = (app: TestApp = world.vendor): { app: Record<string, unknown> } => {
    const token = String(app.received.at(-1)?.headers['authorization']).replace('Bearer ', '');
    return decodeJwt(token) as unknown as { app: Record<string, unknown> };
  };

  it('is an app that an admin switches off: a Connect app hears it, a hybrid does not', async () => {
    const site = await world.connectSite();
    await world.local.setEnabled(site, false);
    expect(world.local.connect.modules(site)).toEqual([]);
    await world.local.connect.webhook(site, 'jira:issue_deleted', {});
    await world.local.setEnabled(site, true);
    expect(world.paths()).toEqual(['/disabled', '/enabled']);
    const hybrid = await world.hybridSite();
    await world.local.setEnabled(hybrid, false);
    expect(world.local.connect.modules(hybrid)).toEqual([]);
    expect(world.paths()).toEqual([]);
    await world.local.setEnabled(hybrid, true);
    expect(world.local.connect.modules(hybrid)).not.toEqual([]);
  });

  it('is an installation id that changes without a word, and takes no data along', async () => {
    const site = await world.hybridSite();
    const old = site.installationId ?? '';
    await world.keep(site, 'before', 'x');
    const id = world.local.changeInstallationId(site);
    expect(site.installationId).toBe(id);
    expect(id).not.toBe(old);
    expect(world.stored(id)).toEqual([]);
    await call(site);
    expect(fit().app['installationId']).toBe(id);
    expect(world.paths()).toEqual([]);
    world.local.relink(site, old);
    expect(world.stored(id)).toEqual(['before']);
  });

  it('is a licence: suspended, it blocks the move to Forge and shows on Connect', async () => {
    await world.redeploy(paid);
    await world.redeploy(paid);
    const site = await world.connectSite();
    world.local.setLicence(site, 'suspended');
    const page = world.local.connect.modules(site)[0];
    expect(world.local.connect.moduleUrl(site, page!, USER)).toContain('lic=none');
    await expect(world.local.upgradeInPlace(site)).rejects.toMatchObject({
      code: 'licence_suspended',
    });
    world.local.setLicence(site, 'active');
    await world.local.upgradeInPlace(site);
    // Outside production there is no licence in a FIT.
    await call(site);
    expect(fit().app['license']).toBeUndefined();
  });

  it('is a licence: in production it stands in the FIT, and without one pages stop and filters hold', async () => {
    await world.redeploy(
      (text) =>
        paid(text).replace(
          '      interval: hour\n',
          '      interval: hour\n      filter:\n        appIsLicensed: true\n',
        ),
      production,
    );
    const site = await world.hybridSite(production);
    await call(site);
    expect(fit().app).toMatchObject({
      environment: { type: 'PRODUCTION' },
      license: { active: true, isActive: true },
    });
    world.local.setLicence(site, 'suspended');
    await expect(call(site)).rejects.toMatchObject({ code: 'app_inactive' });
    await expect(
      world.local.platform.invokeResolver(origin(site), 'environment', {}),
    ).rejects.toMatchObject({ code: 'app_inactive' });
    world.vendor.received.length = 0;
    await world.clock.advanceAsync(3 * 3_600_000);
    expect(ticks(site)).toBe(0);
    // Outside production nothing is sold, and the same filter lets everything through.
    expect(world.vendor.received.some(({ url }) => url === '/forge/tick')).toBe(true);
    world.local.setLicence(site, 'active');
    await call(site);
  });

  it('is a region: the remote and the Connect app stand at its address from then on', async () => {
    const europe = await startTestApp();
    await world.redeploy((text) =>
      text.replace(
        '  - key: vendor\n    baseUrl: ${REMOTE_BASE_URL}',
        `  - key: vendor\n    baseUrl:\n      default: \${REMOTE_BASE_URL}\n      EU: ${europe.baseUrl}`,
      ),
    );
    world.descriptor = descriptorOf(world.vendor, { regionBaseUrls: { EU: europe.baseUrl } });
    const site = await world.connectSite();
    await world.local.setRegion(site, 'EU');
    const page = world.local.connect.modules(site)[0];
    expect(world.local.connect.moduleUrl(site, page!, USER)).toContain(europe.baseUrl);
    await world.local.upgradeInPlace(site);
    expect(europe.received.map(({ url }) => url)).toEqual(['/installed']);
    await call(site);
    expect(europe.received.at(-1)?.url).toBe('/forge/page');
    expect(fit(europe).app['installationId']).toBe(site.installationId);
    expect(world.paths()).toEqual([]);
    await world.local.setRegion(site, undefined);
    await call(site);
    expect(world.vendor.received.at(-1)?.url).toBe('/forge/page');
    expect(world.paths()).toEqual([]);
    await expect(world.local.setRegion(site, 'MARS')).rejects.toMatchObject({
      code: 'unknown_region',
    });
    await europe.close();
  });
});

describe('the permission lag after an install', () => {
  it('keeps the app from Jira and from the clientKey property for a while, people not', async () => {
    const world = await startTenantTestWorld(
      { switches: { platform: { permissionLagMs: 60_000 } } },
      (text) => text.replace('- read:jira-work', '- read:jira-work\n    - read:connect-jira'),
    );
    const site = await world.hybridSite();
    await world.local.platform.runSchedule(site, 'tick');
    const token = String(world.vendor.received.at(-1)?.headers['x-forge-oauth-system']);
    const base = `${world.local.urls.platform}/ex/jira/${site.cloudId}/rest`;
    const paths = [
      '/api/3/myself',
      '/atlassian-connect/1/addons/com.example.fixture/properties/connect_client_key_019cdff3-8bfb-71fe-9628-875b700aebb8',
    ];
    const statuses = (): Promise<number[]> =>
      Promise.all(
        paths.map(async (path) => {
          const answer = await fetch(base + path, {
            headers: { authorization: `Bearer ${token}` },
          });
          await answer.body?.cancel();
          return answer.status;
        }),
      );
    expect(await statuses()).toEqual([403, 403]);
    const user = site.users[0]?.accountId ?? '';
    const asUser = await world.local.jira.rest(
      ...([
        site,
        { kind: 'user', accountId: user } as const,
        'GET',
        '/rest/api/3/myself',
        undefined,
      ] as const),
    );
    expect(asUser.status).toBe(200);
    world.clock.advance(60_000);
    expect((await statuses())[1]).toBe(200);
    await world.close();
  });
});
