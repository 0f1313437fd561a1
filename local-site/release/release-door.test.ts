import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTenantTestWorld } from '../tenants/test-world.ts';
import type { TenantTestWorld } from '../tenants/test-world.ts';
import { artifactOf, FakeCli } from './testing/cli.ts';
import type { FakeArtifact } from './testing/cli.ts';

const PUBLIC = 'https://vendor.example.com';
const APP = 'ari:cloud:ecosystem::app/11111111-2222-4333-8444-555555555555';
const PAGE = Buffer.from([0x3c, 0x68, 0x74, 0xff, 0x00, 0x0d, 0x0a, 0x2d, 0x2d]);

let world: TenantTestWorld;
let cli: FakeCli;
let appDir = '';

beforeEach(async () => {
  world = await startTenantTestWorld({ switches: { platform: { firstVersion: '2.0.0' } } });
  appDir = world.options.appDir ?? '';
  cli = new FakeCli(world.local.release.gateway);
  await mkdir(join(appDir, 'static/main'), { recursive: true });
  await writeFile(join(appDir, 'static/main/index.html'), PAGE);
});
afterEach(() => world.close());

const artifact = (
  edit?: (text: string) => string,
  more?: Parameters<typeof artifactOf>[3],
): FakeArtifact =>
  artifactOf(
    appDir,
    { REMOTE_BASE_URL: world.vendor.baseUrl, CONNECT_KEY: 'com.example.fixture' },
    edit,
    more,
  );
const addScope = (text: string): string =>
  text.replace('    - read:jira-work\n', '    - read:jira-work\n    - read:jira-user\n');
const production = { environment: 'production' };
const contextOf = (cloudId: string): string => `ari:cloud:jira:${cloudId}:workspace/${cloudId}`;

describe('the door itself', () => {
  it('answers 401 to a caller without credentials', async () => {
    await expect(cli.ask('forge_cli_getUserDetails', {}, {})).rejects.toThrow('401');
  });

  it('refuses and records an operation that is not modelled', async () => {
    const { data, errors } = await cli.ask('forge_cli_createApplicationTunnels');
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions.errorType).toBe('NOT_MODELLED');
    expect(world.local.unmodelled()).toMatchObject([
      { room: 'Forge CLI', what: 'forge_cli_createApplicationTunnels' },
    ]);
  });

  it('refuses variables that the operation does not take', async () => {
    const { errors } = await cli.ask('forge_cli_getMigrationKeys', { id: 7 });
    expect(errors?.[0]?.extensions.errorType).toBe('BAD_VARIABLES');
  });

  it('takes no upload to an address that it did not hand out', async () => {
    const { platform } = world.local.urls;
    const answer = await cli.put(`${platform}/release/uploads/made-up`, PAGE);
    expect(answer.status).toBe(403);
  });

  it('leaves everything else to the platform', async () => {
    expect((await fetch(world.local.urls.jwks)).status).toBe(200);
  });
});

describe('a deploy', () => {
  it('makes a version that runs from the artifact, with its pages byte for byte', async () => {
    expect(await cli.deploy('default', artifact())).toMatchObject({ status: 'DONE' });
    const site = await world.hybridSite();
    await world.keep(site, 'a', '1');
    expect(world.stored(site.installationId)).toEqual(['a']);
    const { app } = world.local.platform;
    expect(existsSync(join(app?.bundleDir ?? '', 'runtime.json'))).toBe(true);
    const page = await readFile(join(app?.resources[0]?.folder ?? '', 'index.html'));
    expect(page).toEqual(PAGE);
  });

  it('keeps the environments apart', async () => {
    await cli.deploy('staging', artifact());
    expect(world.local.platform.versions('staging').map(({ version }) => version)).toEqual([
      '2.0.0',
    ]);
    expect(world.local.platform.versions('production')).toEqual([]);
  });

  it('fails with the manifest and the line that cannot be used', async () => {
    const status = await cli.deploy(
      'default',
      artifact((text) => text.replace('interval: hour', 'interval: minute')),
    );
    expect(status).toMatchObject({
      status: 'FAILED',
      errorDetails: {
        code: 'MANIFEST_VALIDATION_FAILED',
        message: expect.stringMatching(/^manifest\.yml:\d+ .*interval/),
      },
    });
  });

  it.each([
    ['has no mark of the real bundler', { 'runtime.json': [] as never }, 'runtime.json'],
    ['has a path that leads outside', { '../../outside.js': Buffer.from('1') }, 'outside'],
  ])('fails for an artifact that %s', async (_what, more, message) => {
    const made = artifact(undefined, more);
    const status = await cli.deploy('default', made);
    expect(status).toMatchObject({
      status: 'FAILED',
      errorDetails: { message: expect.stringContaining(message) },
    });
  });

  it('of another Connect key to production fails, even when the command line did not look', async () => {
    await cli.deploy('production', artifact());
    const other = artifactOf(appDir, {
      REMOTE_BASE_URL: world.vendor.baseUrl,
      CONNECT_KEY: 'com.example.other',
    });
    const status = await cli.deploy('production', other);
    expect(status).toMatchObject({
      errorDetails: { message: expect.stringContaining('com.example.other') },
    });
    expect(world.local.platform.versions('production')).toHaveLength(1);
  });

  it('gives its functions the variables that were set before, not after', async () => {
    const set = (value: string) =>
      cli.get('forge_cli_setAppEnvironmentVariable', {
        input: {
          environment: { appId: APP, key: 'production' },
          environmentVariable: { key: 'COLOUR', value, encrypt: true },
        },
      });
    await set('red');
    await cli.deploy('production', artifact());
    await set('blue');
    expect(world.local.platform.versions('production')[0]?.variables).toEqual({ COLOUR: 'red' });
    const listed = await cli.get('forge_cli_getAppEnvironmentVariables', {
      appId: APP,
      key: 'production',
    });
    expect(listed['environmentByKey']).toMatchObject({
      variables: [{ key: 'COLOUR', value: null, encrypt: true }],
    });
  });
});

describe('what the command line asks before a deploy', () => {
  const manifest = () => readFile(join(appDir, 'manifest.yml'), 'utf8');

  it('finds nothing in a manifest whose variables are not filled in yet', async () => {
    await cli.deploy('production', artifact());
    const { outcome } = await cli.check('production', await manifest());
    expect(outcome).toMatchObject([{ rule: 'MAJOR_VERSION_RULE', value: false }]);
  });

  it('asks for an approval of a new major version, and not when it was given', async () => {
    await cli.deploy('production', artifact());
    const text = addScope(await manifest());
    expect((await cli.check('production', text))['outcome']).toMatchObject([
      { category: 'APPROVAL', value: true, reason: expect.stringContaining('read:jira-user') },
    ]);
    const approved = await cli.check('production', text, ['MAJOR_VERSION_RULE']);
    expect(approved['outcome']).toMatchObject([{ value: false }]);
  });

  it('names each fault with its line', async () => {
    const text = (await manifest()).replace('range: [rank]', 'range: [rank, text]');
    const { outcome } = await cli.check('production', text);
    expect(outcome).toContainEqual(
      expect.objectContaining({
        rule: 'MANIFEST_INVALID_RULE',
        category: 'ERROR',
        reason: expect.stringMatching(/^manifest\.yml:\d+ .*one range attribute/),
      }),
    );
  });

  it('tells the Connect key of the latest version, and none of the empty first one', async () => {
    const keys = async () =>
      (await cli.get('forge_cli_getMigrationKeys', { id: APP, key: 'production' }))[
        'environmentByKey'
      ];
    expect(await keys()).toMatchObject({
      versions: { edges: [{ node: { version: '1.1.0', migrationKeys: { jira: null } } }] },
    });
    await cli.deploy('production', artifact());
    const node = { version: '2.0.0', migrationKeys: { jira: 'com.example.fixture' } };
    expect(await keys()).toMatchObject({ versions: { edges: [{ node }] } });
  });

  it('knows no other app than the one that is deployed', async () => {
    const variables = { id: 'ari:cloud:ecosystem::app/other', key: 'default' };
    const { data } = await cli.ask('forge_cli_getApplicationEnvironmentId', variables);
    expect(data).toEqual({ app: null });
  });
});

describe('an installation', () => {
  const input = (cloudId: string, environmentKey = 'production') => ({
    input: { installationContext: contextOf(cloudId), appId: APP, environmentKey, async: true },
  });
  const list = async () =>
    (
      (await cli.get('forge_cli_getEcosystemInstallationsByApp', { filter: {}, first: 100 }))[
        'appInstallationsByApp'
      ] as { nodes: unknown[] }
    ).nodes;

  it('takes over a Connect installation, and keeps its client key', async () => {
    await cli.deploy('production', artifact());
    const site = await world.connectSite();
    const { clientKey, cloudId } = site;
    const started = await cli.get('forge_cli_installApplication', input(cloudId));
    expect(await cli.finish(started)).toEqual({ state: 'COMPLETE', errors: [] });
    expect(site).toMatchObject({ generation: 'hybrid', clientKey });
    expect(world.callbacks('uninstalled')).toEqual([]);
    expect(await list()).toMatchObject([
      { id: site.installationId, appEnvironment: { key: 'production' } },
    ]);
    const again = await cli.finish(await cli.get('forge_cli_installApplication', input(cloudId)));
    expect(again).toMatchObject({
      state: 'FAILED',
      errors: [{ extensions: { errorType: 'APP_ALREADY_INSTALLED' } }],
    });
  });

  it('finds a site by the name that the command line is given', async () => {
    const site = await world.connectSite();
    const { data } = await cli.ask('getTenantContextDetails', {
      hostNames: [`${site.slug}.localhost`],
      product: 'jira',
    });
    expect(data).toMatchObject({ tenantContexts: [{ cloudId: site.cloudId }] });
  });

  it('fails, and leaves Connect alone, when the app refuses the callback', async () => {
    await cli.deploy('production', artifact());
    const site = await world.connectSite();
    world.answer = () => ({ status: 500 });
    const started = await cli.get('forge_cli_installApplication', input(site.cloudId));
    expect(await cli.finish(started)).toMatchObject({ state: 'FAILED' });
    expect(site.generation).toBe('connect');
  });

  it('gets a new major version by --upgrade only, and says when there is none', async () => {
    await cli.deploy('production', artifact());
    const site = await world.hybridSite(production);
    await cli.deploy('production', artifact(addScope));
    const { platform } = world.local;
    expect(platform.appOn(site)?.version).toBe('2.0.0');
    const upgrade = () => cli.get('forge_cli_upgradeApplication', input(site.cloudId));
    expect(await cli.finish(await upgrade())).toMatchObject({ state: 'COMPLETE' });
    expect(platform.appOn(site)?.version).toBe('3.0.0');
    expect(await upgrade()).toMatchObject({
      success: false,
      errors: [{ extensions: { errorType: 'INSTALLATION_ALREADY_UPGRADED' } }],
    });
  });

  it('ends by uninstall, of this environment only', async () => {
    await cli.deploy('production', artifact());
    const site = await world.hybridSite(production);
    const other = await world.hybridSite();
    const started = await cli.get('forge_cli_uninstallApplication', {
      input: { appId: APP, installationId: site.installationId },
    });
    expect(await cli.finish(started)).toMatchObject({ state: 'COMPLETE' });
    expect([site.generation, other.generation]).toEqual(['none', 'hybrid']);
    const count = await cli.get('forge_cli_hasNoAppInstallationsForEnv', {
      filter: { appEnvironments: { types: ['PRODUCTION'] } },
    });
    expect(count).toEqual({ appInstallationsByApp: { totalCount: 0 } });
  });

  it('refuses what is not modelled instead of leaving it out', async () => {
    await cli.deploy('production', artifact());
    const site = await world.connectSite();
    const { input: asked } = input(site.cloudId);
    const started = await cli.get('forge_cli_installApplication', {
      input: { ...asked, licenseOverride: 'INACTIVE' },
    });
    expect(started).toMatchObject({ success: false });
    expect(site.generation).toBe('connect');
  });
});

describe('a bulk upgrade', () => {
  it('moves installations that no admin has to be asked for, and says how many', async () => {
    const licensed = (text: string): string =>
      text.replace('  storage:\n', '  licensing:\n    enabled: true\n  storage:\n');
    await cli.deploy('production', artifact());
    const sites = [await world.hybridSite(production), await world.hybridSite(production)];
    await cli.deploy('production', artifact(licensed));
    const idOf = async (majorVersion: number): Promise<string> => {
      const found = await cli.get('forge_cli_getApplicationIdentityVersionDetails', {
        ...{ appId: APP, environmentKey: 'production', firstN: 1, majorVersion },
      });
      const { versions } = found['environmentByKey'] as { versions: { nodes: { id: string }[] } };
      return versions.nodes[0]?.id ?? '';
    };
    const input = { sourceVersionId: await idOf(2), targetVersionId: await idOf(3), limit: 1 };
    const started = await cli.get('forge_cli_createAppVersionUpgradeRollout', { input });
    expect(started['createAppVersionRollout']).toMatchObject({ success: true });
    const versions = sites.map((site) => world.local.platform.appOn(site)?.version);
    expect(versions.sort()).toEqual(['2.0.0', '3.0.0']);
  });
});

describe('addresses', () => {
  it('put the local server in the place of the one that the command line was told', async () => {
    await world.close();
    world = await startTenantTestWorld({
      release: { addresses: { [PUBLIC]: 'http://localhost:4999' } },
    });
    appDir = world.options.appDir ?? '';
    await mkdir(join(appDir, 'static/main'), { recursive: true });
    cli = new FakeCli(world.local.release.gateway);
    const variables = { REMOTE_BASE_URL: PUBLIC, CONNECT_KEY: 'com.example.fixture' };
    await cli.deploy('staging', artifactOf(appDir, variables));
    const [version] = world.local.platform.versions('staging');
    expect(version?.connectBaseUrl).toBe('http://localhost:4999');
    const shown = await cli.get('forge_cli_getApplicationEnvironmentLatestVersions', {
      ...{ appId: APP, environmentKey: 'staging', firstN: 1 },
    });
    expect(JSON.stringify(shown)).toContain(PUBLIC);
  });
});
