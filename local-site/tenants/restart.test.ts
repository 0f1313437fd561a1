import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseSync } from 'node:sqlite';
import { startLocalSite } from '../index.ts';
import type { LocalSite, Site } from '../index.ts';
import { startTenantTestWorld } from './test-world.ts';
import type { TenantTestWorld } from './test-world.ts';

describe('a local site that starts again over its folder', () => {
  let folder = '';
  let dataDir = '';
  let world: TenantTestWorld;
  let again: LocalSite | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-site-restart-'));
    dataDir = join(folder, 'data');
    world = await startTenantTestWorld({ dataDir });
  });
  afterEach(async () => {
    await again?.close();
    again = undefined;
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  const restart = async (): Promise<LocalSite> => {
    await (again ?? world.local).close();
    again = await startLocalSite(world.options);
    return again;
  };
  const same = (local: LocalSite, { slug }: Site): Site => {
    const site = local.sites.get(slug);
    if (site === undefined) throw new Error(`${slug} is gone.`);
    return site;
  };

  it('has its sites, installations, versions, secrets, keys and tokens', async () => {
    const old = await world.connectSite();
    const site = await world.hybridSite();
    world.local.setLicence(old, 'suspended');
    await world.local.setRegion(old, 'EU');
    await world.keep(site, 'before', 'x');
    await world.local.platform.runSchedule(site, 'tick');
    const system = String(world.vendor.received.at(-1)?.headers['x-forge-oauth-system']);
    const { urls } = world.local;
    const before = {
      jwks: await (await fetch(urls.jwks)).text(),
      secrets: [old, site].map((each) => world.local.connect.snapshot(each)?.sharedSecret),
      environment: world.local.platform.app?.environmentId,
    };
    const local = await restart();
    expect([...local.sites.keys()]).toEqual(['main', old.slug, site.slug]);
    const { cloudId, clientKey, installationId, users, displayName } = site;
    const identity = {
      cloudId,
      clientKey,
      installationId,
      users,
      displayName,
      generation: 'hybrid',
    };
    expect(same(local, site)).toMatchObject(identity);
    expect(same(local, old)).toMatchObject({
      ...{ generation: 'connect', licence: 'suspended', region: 'EU', clientKey: old.clientKey },
    });
    const { platform } = local;
    expect(platform.versions('development').map(({ version }) => version)).toEqual(['1.0.0']);
    expect(platform.app?.environmentId).toBe(before.environment);
    expect(await (await fetch(local.urls.jwks)).text()).toBe(before.jwks);
    const tenants = [old, site].map((each) => local.connect.snapshot(same(local, each)));
    expect(tenants.map((tenant) => tenant?.sharedSecret)).toEqual(before.secrets);
    expect(platform.siteOfSystemToken(system)).toBe(same(local, site));
    expect([...local.store.inspect(site.installationId ?? '')]).toHaveLength(1);
    const origin = { site: same(local, site), moduleKey: 'admin', moduleType: 'jira:adminPage' };
    expect(
      await platform.invokeResolver(origin, 'keep', { key: 'after', value: 'x' }),
    ).toMatchObject({ back: 'x' });
  });

  it('runs its schedules on, and sends on what waits for an admin', async () => {
    const site = await world.hybridSite();
    await world.redeploy((text) =>
      text.replace('- read:jira-work', '- read:jira-work\n    - read:jira-user'),
    );
    const local = await restart();
    world.vendor.received.length = 0;
    const restored = same(local, site);
    expect(local.platform.appOn(restored)?.version).toBe('1.0.0');
    expect(local.platform.pending(restored)).toMatchObject({
      version: '2.0.0',
      reasons: ['scope added: read:jira-user'],
    });
    await local.platform.approve(restored);
    expect(world.callbacks('installed')).toHaveLength(1);
    await world.clock.advanceAsync(2 * 3_600_000);
    expect(world.vendor.received.some(({ url }) => url === '/forge/tick')).toBe(true);
  });

  it('gives new sites identities that it has not given before', async () => {
    const first = world.local.addSite({ slug: 'first', displayName: '' });
    const local = await restart();
    const second = local.addSite({ slug: 'second', displayName: '' });
    const third = (await restart()).addSite({ slug: 'third', displayName: '' });
    expect(new Set([first, second, third].map(({ cloudId }) => cloudId)).size).toBe(3);
  });

  it('forgets who was uninstalled, and still knows whose data can be linked again', async () => {
    const site = await world.hybridSite();
    const old = site.installationId ?? '';
    await world.keep(site, 'before', 'x');
    await world.local.uninstall(site);
    const local = await restart();
    const restored = same(local, site);
    expect(restored.generation).toBe('none');
    await local.upgradeInPlace(restored);
    local.relink(restored, old);
    const keys = [...local.store.inspect(restored.installationId ?? '')].map(({ key }) => key);
    expect(keys).toContain('before');
  });

  it.each([204, 500])(
    'ends an upgrade in whose middle it was killed, when the app answers %i',
    async (status) => {
      const site = await world.connectSite();
      let letGo = (): void => undefined;
      const held = new Promise<{ status: number }>((resolve) => {
        letGo = () => resolve({ status: 204 });
      });
      world.answer = ({ url }) => (url.startsWith('/installed') ? held : undefined);
      const upgraded = world.local.upgradeInPlace(site);
      while (world.callbacks('installed').length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      // What a killed process leaves is what lies in its files at that moment.
      const left = join(folder, 'left');
      await cp(dataDir, left, { recursive: true });
      letGo();
      await upgraded;
      world.answer = ({ url }) => (url.startsWith('/installed') ? { status } : undefined);
      again = await startLocalSite({ ...world.options, dataDir: left });
      const restored = same(again, site);
      expect(world.callbacks('installed')).toHaveLength(2);
      if (status === 204) {
        expect(restored.generation).toBe('hybrid');
        const told = world.callbacks('installed').at(-1);
        expect(again.connect.snapshot(restored)?.sharedSecret).toBe(told?.['sharedSecret']);
        return;
      }
      expect(restored).toMatchObject({ generation: 'connect' });
      expect(restored.installationId).toBeUndefined();
      world.answer = () => undefined;
      await again.upgradeInPlace(restored);
      expect(restored.generation).toBe('hybrid');
    },
  );

  it('keeps keys for its owner only, and says so when its state cannot be read', async () => {
    const file = join(dataDir, 'local-site.sqlite');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await world.local.close();
    const db = new DatabaseSync(file);
    db.exec(`update record set value = '{"slug":1}' where kind = 'site'`);
    db.close();
    await expect(startLocalSite(world.options)).rejects.toMatchObject({ code: 'state_damaged' });
  });
});
