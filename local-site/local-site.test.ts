import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp } from './connect/test-app.ts';
import type { TestApp } from './connect/test-app.ts';
import { buildFixture } from './functions/fixture/build-fixture.ts';
import type { BuiltFixture } from './functions/fixture/build-fixture.ts';
import { createFakeClock, startLocalSite } from './index.ts';
import type { FakeClock, LocalSite, LocalSiteOptions, Site } from './index.ts';

const ANY_PORTS = { site: 0, platform: 0, customUi: 0 };
const DESCRIPTOR = JSON.stringify({
  key: 'com.example.fixture',
  name: 'Fixture',
  baseUrl: 'http://localhost',
  authentication: { type: 'jwt' },
  lifecycle: { installed: '/installed', uninstalled: '/uninstalled' },
  modules: { webhooks: [{ event: 'jira:issue_deleted', url: '/deleted' }] },
});

/** All rooms together; the vendor's server is a small stand-in. */
describe('a local site', () => {
  let fixture: BuiltFixture;
  let vendor: TestApp;
  let local: LocalSite;
  let clock: FakeClock;
  let count = 0;
  let site: Site;

  beforeAll(async () => {
    fixture = await buildFixture();
    vendor = await startTestApp();
    clock = createFakeClock(Date.now());
    local = await startLocalSite({ ...options(), clock });
  });
  beforeEach(async () => {
    count += 1;
    site = local.addSite({ slug: `site-${count}`, displayName: `Site ${count}` });
    vendor.respond = ({ url }) =>
      url === '/atlassian-connect.json'
        ? { status: 200, body: DESCRIPTOR.replace('http://localhost', vendor.baseUrl) }
        : undefined;
    await local.connect.install(site, `${vendor.baseUrl}/atlassian-connect.json`);
    vendor.received.length = 0;
  });
  afterAll(async () => {
    await local.close();
    await vendor.close();
    await fixture.remove();
  });

  const options = (): LocalSiteOptions => ({
    appDir: fixture.appDir,
    variables: { REMOTE_BASE_URL: vendor.baseUrl },
    ports: ANY_PORTS,
  });
  const paths = (): string[] =>
    vendor.received
      .map(({ url }) => url.split('?')[0] ?? url)
      .filter((path) => path !== '/forge/lifecycle');

  it('says where everything is', () => {
    expect(local.urls.installKeys).toBe(`${local.urls.platform}/install-keys`);
    expect(local.urls.storage).toBe(`${local.urls.platform}/forge/storage/kvs`);
    expect(local.urls.site).toMatch(/^http:\/\/localhost:\d+$/);
  });

  it('puts the first site at the root and the others below /sites', () => {
    expect(local.sites.get('main')?.baseUrl).toBe(local.urls.site);
    expect(site.baseUrl).toBe(`${local.urls.site}/sites/site-${count}`);
    expect(() => local.addSite({ slug: site.slug, displayName: '' })).toThrow(/already/);
    expect(() => local.addSite({ slug: 'Not A Slug', displayName: '' })).toThrow(/slug/);
  });

  it('tells the cloudId of each site', async () => {
    const answer = await fetch(`${site.baseUrl}/_edge/tenant_info`);
    expect(await answer.json()).toEqual({ cloudId: site.cloudId });
  });

  it('replaces Connect in place: no uninstalled, same client key, a new installation', async () => {
    const { clientKey } = site;
    await local.upgradeInPlace(site);
    expect(site).toMatchObject({ generation: 'hybrid', clientKey });
    expect(paths()).toEqual(['/installed']);
    const body = JSON.parse(vendor.received[0]!.body) as object;
    expect(body).toMatchObject({ clientKey, installationId: site.installationId });
    await clock.advanceAsync(1_000);
    const lifecycle = (): boolean => vendor.received.some(({ url }) => url === '/forge/lifecycle');
    for (let tried = 0; tried < 200 && !lifecycle(); tried += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(lifecycle()).toBe(true);
  });

  it('posts no installed when told not to', async () => {
    await local.upgradeInPlace(site, { postInstalled: false });
    expect(site.generation).toBe('hybrid');
    expect(paths()).toEqual([]);
  });

  it('leaves the site on Connect when the app refuses installed, and can try again', async () => {
    vendor.respond = () => ({ status: 500 });
    await expect(local.upgradeInPlace(site)).rejects.toMatchObject({
      code: 'LIFECYCLE_HOOK_FAILED',
    });
    expect(site.generation).toBe('connect');
    expect(site.installationId).toBeUndefined();
    vendor.respond = () => undefined;
    await local.upgradeInPlace(site);
    expect(site.generation).toBe('hybrid');
  });

  it('sends one deletion both ways: as a webhook and as a product event', async () => {
    await local.upgradeInPlace(site);
    local.jira.addProject(site, 'ABC', 'A project');
    const issue = local.jira.addIssue(site, { projectKey: 'ABC', summary: 'One' });
    expect(await local.jira.deleteIssue(site, issue.key)).toBe(true);
    await clock.advanceAsync(1_000);
    const seen = await local.platform.invokeResolver(
      { site, moduleKey: 'admin', moduleType: 'jira:adminPage' },
      'seen',
      {},
    );
    expect(JSON.stringify(seen)).toContain('avi:jira:deleted:issue');
  });

  it('takes either generation off a site', async () => {
    await local.uninstall(site);
    expect(site.generation).toBe('none');
    expect(paths()).toEqual(['/uninstalled']);
    await local.connect.install(site, `${vendor.baseUrl}/atlassian-connect.json`);
    await local.upgradeInPlace(site);
    await local.uninstall(site);
    expect(site).toMatchObject({ generation: 'none' });
    expect(site.installationId).toBeUndefined();
    await expect(local.platform.runSchedule(site, 'tick')).rejects.toMatchObject({
      code: 'not_installed',
    });
  });

  it('serves the install key that signed a callback, to whoever asks', async () => {
    await local.upgradeInPlace(site);
    const token = String(vendor.received[0]?.headers['authorization']).replace('JWT ', '');
    const header = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as {
      kid: string;
    };
    const key = await fetch(`${local.urls.installKeys}/${encodeURIComponent(header.kid)}`);
    expect(key.status).toBe(200);
    expect(await key.text()).toContain('BEGIN PUBLIC KEY');
  });

  it('lists what was asked for and is not modelled', async () => {
    await fetch(`${local.urls.platform}/nothing/here?x=1`, { method: 'POST', body: '{}' });
    expect(local.unmodelled()).toMatchObject([
      { room: 'api.atlassian.com', what: 'POST /nothing/here', count: 1 },
    ]);
  });

  it('takes other ports when its own are busy, and says which', async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const address = busy.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const other = await startLocalSite({ ports: { ...ANY_PORTS, platform: port } });
    expect(other.urls.platform).not.toBe(`http://localhost:${port}`);
    expect((await fetch(other.urls.jwks)).status).toBe(200);
    await other.close();
    busy.close();
  });

  it('leaves nothing running when the app cannot be deployed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'local-site-empty-'));
    await expect(startLocalSite({ appDir: folder, ports: ANY_PORTS })).rejects.toMatchObject({
      code: 'manifest_unreadable',
    });
    await rm(folder, { recursive: true });
  });

  it('keeps stored data in a file when it is given a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'local-site-data-'));
    const dataDir = join(folder, 'inside');
    const other = await startLocalSite({ ports: ANY_PORTS, dataDir });
    await other.close();
    expect(existsSync(join(dataDir, 'forge-storage.sqlite'))).toBe(true);
    await rm(folder, { recursive: true });
  });

  it('gives the same identities for the same seed', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(() => startLocalSite({ ports: ANY_PORTS, seed: 'same' })),
    );
    expect(one?.sites.get('main')?.cloudId).toBe(two?.sites.get('main')?.cloudId);
    await Promise.all([one?.close(), two?.close()]);
  });
});
