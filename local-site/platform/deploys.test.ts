import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildFixture } from '../functions/fixture/build-fixture.ts';
import type { BuiltFixture } from '../functions/fixture/build-fixture.ts';
import type { DeployedApp, DeployOptions, Site } from '../types.ts';
import { callResolver, startTestPlatform, until } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

const BY_TEXT =
  '          - name: by-text\n            partition: [text]\n            range: [rank]\n';

describe('deploys', () => {
  let world: TestPlatform;
  let next: BuiltFixture;
  let original = '';
  beforeAll(async () => {
    next = await buildFixture();
    original = await readFile(join(next.appDir, 'manifest.yml'), 'utf8');
  });
  beforeEach(async () => {
    world = await startTestPlatform({ rolloutMs: 0 });
    await writeFile(join(next.appDir, 'manifest.yml'), original);
  });
  afterEach(() => world.close());
  afterAll(() => next.remove());

  const change = async (...pairs: readonly [string, string][]): Promise<void> => {
    const file = join(next.appDir, 'manifest.yml');
    let text = await readFile(file, 'utf8');
    for (const [from, to] of pairs) {
      if (!text.includes(from)) throw new Error(`The manifest has no ${from}`);
      text = text.replace(from, to);
    }
    await writeFile(file, text);
  };
  const variables = (): Record<string, string> => ({
    REMOTE_BASE_URL: world.remote.url,
    GREETING: 'new',
  });
  const deploy = (options?: DeployOptions): Promise<DeployedApp> =>
    world.platform.deploy(next.appDir, variables(), options);
  const addScope = (): Promise<void> =>
    change(['- read:jira-work', '- read:jira-work\n    - read:jira-user']);
  const upgradeEvents = (): unknown[] =>
    world.remote.seen.filter(({ body }) => body.includes('avi:forge:upgraded:app'));
  const greeting = (site: Site): Promise<unknown> => callResolver(world, site, 'environment');

  it('that are minor reach every installation silently; what runs ends on the old version', async () => {
    const site = world.site('minor');
    await world.platform.install(site);
    const { installationId } = site;
    const running = callResolver(world, site, 'whoami', { waitMs: 500 });
    const app = await deploy();
    expect(app).toMatchObject({ version: '1.1.0', reasons: [] });
    expect(await running).toMatchObject({ same: true });
    expect(await greeting(site)).toMatchObject({
      variables: { GREETING: 'new' },
      app: { appVersion: '1.1.0' },
    });
    expect(site.installationId).toBe(installationId);
    await world.clock.advanceAsync(1_000);
    expect(upgradeEvents()).toHaveLength(0);
  });

  it('that are major wait for the admin of each site; both versions run meanwhile', async () => {
    const [one, two] = [world.site('one'), world.site('two')];
    await world.platform.install(one);
    await world.platform.install(two);
    await addScope();
    const app = await deploy();
    expect(app).toMatchObject({ version: '2.0.0', reasons: ['scope added: read:jira-user'] });
    expect(world.platform.app?.version).toBe('2.0.0');
    expect(world.platform.pending(one)?.version).toBe('2.0.0');
    await world.platform.approve(one);
    expect(world.platform.pending(one)).toBeUndefined();
    expect(world.platform.appOn(one)?.version).toBe('2.0.0');
    expect(world.platform.appOn(two)?.version).toBe('1.0.0');
    expect(await greeting(one)).toMatchObject({ variables: { GREETING: 'new' } });
    expect(await greeting(two)).toMatchObject({ variables: { GREETING: 'hello' } });
    await expect(world.platform.approve(one)).rejects.toMatchObject({ code: 'nothing_pending' });
    await world.clock.advanceAsync(1_000);
    const events = await until(() => (upgradeEvents().length > 0 ? upgradeEvents() : undefined));
    expect(events).toHaveLength(1);
  });

  it('keep what was deployed, whatever becomes of the folder', async () => {
    const site = world.site('copy');
    await deploy();
    await world.platform.install(site);
    await writeFile(join(next.appDir, 'src/index.js'), 'throw new Error("changed")');
    expect(await greeting(site)).toMatchObject({ variables: { GREETING: 'new' } });
    await next.remove();
    next = await buildFixture();
  });

  it('to an old major version reach only its sites, and new sites get it first (MP-524)', async () => {
    const old = world.site('old');
    await world.platform.install(old);
    await addScope();
    await deploy();
    await writeFile(join(next.appDir, 'manifest.yml'), original);
    await change([
      'indexes:\n          - rank\n',
      'indexes:\n          - rank\n          - text\n',
    ]);
    const backport = await deploy({ majorVersion: 1 });
    expect(backport.version).toBe('1.1.0');
    // A backport ignores the storage section.
    expect(backport.entities[0]?.indexes.map(({ name }) => name)).toEqual(['rank', 'by-text']);
    expect(world.platform.appOn(old)?.version).toBe('1.1.0');
    const fresh = world.site('fresh');
    await world.platform.install(fresh);
    expect(world.platform.appOn(fresh)?.version).toBe('1.1.0');
    expect(world.platform.pending(fresh)?.version).toBe('2.0.0');
    await addScope();
    await expect(deploy({ majorVersion: 1 })).rejects.toMatchObject({ code: 'backport_is_major' });
    await expect(deploy({ majorVersion: 9 })).rejects.toMatchObject({ code: 'unknown_version' });
  });

  it('have versions of their own in every environment', async () => {
    await addScope();
    expect(await deploy({ environment: 'staging' })).toMatchObject({
      version: '1.0.0',
      environmentType: 'STAGING',
    });
    expect(await deploy({ environment: 'anna' })).toMatchObject({
      environmentType: 'DEVELOPMENT',
    });
    const ids = new Set(
      ['development', 'staging', 'anna'].map(
        (name) => world.platform.versions(name)[0]?.environmentId,
      ),
    );
    expect(ids.size).toBe(3);
    expect(world.platform.versions('production')).toEqual([]);
    await expect(deploy({ environment: 'not a name' })).rejects.toMatchObject({
      code: 'environment_name',
    });
  });

  it('leave one installation on a site, and one environment per Connect key', async () => {
    const site = world.site('twice');
    await world.platform.install(site);
    await expect(world.platform.install(site)).rejects.toMatchObject({ code: 'already_installed' });
    await deploy({ environment: 'staging' });
    await expect(world.platform.install(site, { environment: 'staging' })).rejects.toMatchObject({
      code: 'connect_key_taken',
    });
    await expect(
      world.platform.install(world.site('none'), { environment: 'production' }),
    ).rejects.toMatchObject({ code: 'not_deployed' });
  });

  it('to production change, add and remove no Connect key', async () => {
    const production = { environment: 'production' };
    await deploy(production);
    await change(['default: com.example.fixture', 'default: com.example.other']);
    await expect(deploy(production)).rejects.toMatchObject({ code: 'connect_key_changed' });
    expect(await deploy({ environment: 'staging' })).toMatchObject({ version: '1.0.0' });
    await writeFile(join(next.appDir, 'manifest.yml'), original);
    await change([
      original.slice(original.indexOf('  connect:'), original.indexOf('  storage:')),
      '',
    ]);
    await change([
      original.slice(original.indexOf('connectModules:'), original.indexOf('modules:\n  jira')),
      '',
    ]);
    await expect(deploy(production)).rejects.toMatchObject({ code: 'connect_key_removed' });
    await deploy({ environment: 'staging' });
  });

  it.each([
    ['an index', 'index_deleted', "'note.by-text'", [BY_TEXT, '']],
    [
      'an attribute',
      'attribute_deleted',
      "'note.text'",
      ['          text:\n            type: string\n', ''],
    ],
    [
      'the type of an attribute',
      'attribute_changed',
      "'note.text'",
      ['text:\n            type: string', 'text:\n            type: float'],
    ],
    ['an entity', 'entity_deleted', "'note'", ['- name: note', '- name: memo']],
  ] as const)('to staging and production never lose %s', async (_what, code, name, pair) => {
    for (const environment of ['staging', 'production']) {
      await writeFile(join(next.appDir, 'manifest.yml'), original);
      await deploy({ environment });
      if (code === 'attribute_deleted') await change([BY_TEXT, '']);
      await change([pair[0], pair[1]]);
      await expect(deploy({ environment })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(name) as unknown,
      });
    }
  });

  it('to development may lose an index, but no attribute', async () => {
    await change([BY_TEXT, '']);
    await deploy();
    await change(['          text:\n            type: string\n', '']);
    await expect(deploy()).rejects.toMatchObject({ code: 'attribute_deleted' });
  });

  it('in a row happen in a row', async () => {
    const versions = await Promise.all([deploy(), deploy(), deploy()]);
    expect(versions.map(({ version }) => version)).toEqual(['1.1.0', '1.2.0', '1.3.0']);
  });
});

describe('a minor version that is rolled out', () => {
  it('reaches each site at its own time within the span, without a bulk of them at once', async () => {
    const world = await startTestPlatform({ rolloutMs: 120 * 3_600_000 });
    const next = await buildFixture();
    const sites = Array.from({ length: 12 }, (_, index) => world.site(`site-${index}`));
    for (const site of sites) await world.platform.install(site);
    await world.platform.deploy(next.appDir, { REMOTE_BASE_URL: world.remote.url });
    const moved = (): number =>
      sites.filter((site) => world.platform.appOn(site)?.version === '1.1.0').length;
    expect(moved()).toBe(0);
    await world.clock.advanceAsync(60 * 3_600_000);
    expect(moved()).toBeGreaterThan(0);
    expect(moved()).toBeLessThan(12);
    await world.clock.advanceAsync(60 * 3_600_000);
    expect(moved()).toBe(12);
    await world.close();
    await next.remove();
  });

  it('needs its indexes built before anybody can install it', async () => {
    const world = await startTestPlatform({ indexingMs: 5 * 60_000 });
    const site = world.site('early');
    await expect(world.platform.install(site)).rejects.toMatchObject({ code: 'indexing' });
    expect(world.platform.isIndexing('development')).toBe(true);
    await world.clock.advanceAsync(5 * 60_000);
    await world.platform.install(site);
    expect(world.platform.isIndexing('development')).toBe(false);
    await world.close();
  });
});
