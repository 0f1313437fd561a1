import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestApp } from '../connect/test-app.ts';
import type { ReceivedRequest, TestApp } from '../connect/test-app.ts';
import { buildFixture } from '../functions/fixture/build-fixture.ts';
import { createFakeClock, startLocalSite } from '../index.ts';
import type { FakeClock, LocalSite, LocalSiteOptions, Site } from '../index.ts';
import type { DeployOptions } from '../types.ts';

/** A whole local site with the fixture app, and the vendor's server behind it. */
export interface TenantTestWorld {
  readonly local: LocalSite;
  readonly vendor: TestApp;
  readonly clock: FakeClock;
  readonly options: LocalSiteOptions;
  /** What the vendor answers to everything but its descriptor. (Default: 204) */
  answer: TestApp['respond'];
  /** The vendor's Connect descriptor. */
  descriptor: string;
  /** A new site with the Connect app; what the vendor has received until then is forgotten. */
  connectSite(): Promise<Site>;
  /** A new site with the hybrid. */
  hybridSite(options?: DeployOptions): Promise<Site>;
  /** Bodies of Connect's lifecycle callbacks of one kind, in order. */
  callbacks(kind: string): Record<string, unknown>[];
  /** Paths that the vendor was called at, in order, schedules and events left out. */
  paths(): string[];
  /** Edits the manifest text and deploys it. */
  redeploy(edit: (text: string) => string, options?: DeployOptions): Promise<void>;
  /** Writes a value by a function of the app, as a person in the admin page. */
  keep(site: Site, key: string, value: string): Promise<void>;
  /** Keys that an installation has stored. */
  stored(installationId: string | undefined): string[];
  close(): Promise<void>;
}

export const ANY_PORTS = { site: 0, platform: 0, customUi: 0 };
const PUNCTUAL = {
  firstVersion: '1.0.0',
  eventDuplicate: 0,
  eventLate: 0,
  scheduledDuplicate: 0,
  eventDelayMs: 0,
};

export function descriptorOf(vendor: TestApp, more: object = {}): string {
  return JSON.stringify({
    key: 'com.example.fixture',
    baseUrl: vendor.baseUrl,
    authentication: { type: 'jwt' },
    scopes: ['READ', 'WRITE'],
    lifecycle: Object.fromEntries(
      ['installed', 'uninstalled', 'enabled', 'disabled'].map((name) => [name, `/${name}`]),
    ),
    modules: {
      adminPages: [{ key: 'old-page', name: { value: 'Old' }, url: '/old-page' }],
      webhooks: [{ event: 'jira:issue_deleted', url: '/deleted' }],
    },
    ...more,
  });
}

/** For tests that move time by weeks. */
export function withoutSchedules(text: string): string {
  return text.replace(/ {2}scheduledTrigger:[\s\S]*?(?= {2}consumer:)/, '');
}

/** `prepare` edits the manifest before it is deployed the first time. */
export async function startTenantTestWorld(
  options: LocalSiteOptions = {},
  prepare = (text: string): string => text,
): Promise<TenantTestWorld> {
  const fixture = await buildFixture();
  const vendor = await startTestApp();
  vendor.respond = (request) =>
    request.url === '/atlassian-connect.json'
      ? { status: 200, body: world.descriptor }
      : world.answer(request);
  const clock = createFakeClock(Date.now());
  const manifest = join(fixture.appDir, 'manifest.yml');
  const original = prepare(await readFile(manifest, 'utf8'));
  await writeFile(manifest, original);
  const variables = { REMOTE_BASE_URL: vendor.baseUrl };
  const all: LocalSiteOptions = {
    appDir: fixture.appDir,
    variables,
    ports: ANY_PORTS,
    clock,
    ...options,
    switches: { ...options.switches, platform: { ...PUNCTUAL, ...options.switches?.platform } },
  };
  const local = await startLocalSite(all);
  let count = 0;

  const connectSite = async (): Promise<Site> => {
    count += 1;
    const site = local.addSite({ slug: `site-${count}`, displayName: `Site ${count}` });
    await local.connect.install(site, `${vendor.baseUrl}/atlassian-connect.json`);
    vendor.received.length = 0;
    return site;
  };
  const isOf = (path: string, { url }: ReceivedRequest): boolean => url.split('?')[0] === path;

  const world: TenantTestWorld = {
    local,
    vendor,
    clock,
    options: all,
    answer: () => undefined,
    descriptor: descriptorOf(vendor),
    connectSite,
    async hybridSite(deployOptions) {
      const site = await connectSite();
      await local.upgradeInPlace(site, deployOptions);
      vendor.received.length = 0;
      return site;
    },
    callbacks: (kind) =>
      vendor.received
        .filter((request) => isOf(`/${kind}`, request))
        .map(({ body }) => JSON.parse(body) as Record<string, unknown>),
    paths: () =>
      vendor.received
        .map(({ url }) => url.split('?')[0] ?? url)
        .filter((path) => !path.startsWith('/forge/') && path !== '/atlassian-connect.json'),
    async redeploy(edit, deployOptions) {
      await writeFile(manifest, edit(original));
      await local.platform.deploy(fixture.appDir, variables, deployOptions);
    },
    async keep(site, key, value) {
      const origin = { site, moduleKey: 'admin', moduleType: 'jira:adminPage' };
      await local.platform.invokeResolver(origin, 'keep', { key, value });
    },
    stored: (id) => [...local.store.inspect(id ?? '')].map(({ key }) => key),
    async close() {
      await local.close();
      await vendor.close();
      await fixture.remove();
    },
  };
  return world;
}
