import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildFixture } from '../functions/fixture/build-fixture.ts';
import type { BuiltFixture } from '../functions/fixture/build-fixture.ts';
import { callResolver, startTestPlatform, until } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

describe('a deploy over a running app', () => {
  let world: TestPlatform;
  let next: BuiltFixture;
  beforeAll(async () => {
    [world, next] = await Promise.all([startTestPlatform(), buildFixture()]);
  });
  afterAll(async () => {
    await world.close();
    await next.remove();
  });

  const variables = (): Record<string, string> => ({
    REMOTE_BASE_URL: world.remote.url,
    GREETING: 'new',
  });

  it('reaches every installation; what runs ends on the old version', async () => {
    const site = world.site('deploy');
    await world.platform.install(site);
    const { installationId } = site;
    const running = callResolver(world, site, 'whoami', { waitMs: 500 });
    const app = await world.platform.deploy(next.appDir, variables());
    expect(app.version).toBe('1.1.0');
    expect(await running).toMatchObject({ same: true });
    expect(await callResolver(world, site, 'environment')).toMatchObject({
      variables: { GREETING: 'new' },
      app: { appVersion: '1.1.0' },
    });
    expect(site.installationId).toBe(installationId);
  });

  it('tells the app about a major version, not about a minor one', async () => {
    await world.clock.advanceAsync(1_000);
    const upgrades = (): unknown[] =>
      world.remote.seen.filter(({ body }) => body.includes('avi:forge:upgraded:app'));
    expect(upgrades()).toHaveLength(0);
    const manifest = join(next.appDir, 'manifest.yml');
    const text = await readFile(manifest, 'utf8');
    await writeFile(
      manifest,
      text.replace('- read:jira-work', '- read:jira-work\n    - read:jira-user'),
    );
    const app = await world.platform.deploy(next.appDir, variables());
    expect(app.version).toBe('2.0.0');
    await world.clock.advanceAsync(1_000);
    expect(await until(() => (upgrades().length > 0 ? upgrades() : undefined))).toHaveLength(1);
  });

  it('refuses a second installation on a site, and one without a deployed app', async () => {
    const site = world.site('twice');
    await world.platform.install(site);
    await expect(world.platform.install(site)).rejects.toMatchObject({ code: 'already_installed' });
  });
});
