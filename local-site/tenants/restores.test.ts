import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTenantTestWorld, withoutSchedules } from './test-world.ts';
import type { TenantTestWorld } from './test-world.ts';

const USER = { accountId: 'a' };

describe('a site', () => {
  let world: TenantTestWorld;
  let copies = 0;
  beforeAll(async () => {
    world = await startTenantTestWorld({}, withoutSchedules);
  });
  afterEach(() => {
    world.answer = () => undefined;
  });
  afterAll(() => world.close());
  const nameOfCopy = (): { slug: string; displayName: string } => {
    copies += 1;
    return { slug: `copy-${copies}`, displayName: 'Copy' };
  };

  it('that is restored has its old data, its old secret, and says nothing to the app', async () => {
    const site = await world.hybridSite();
    const { installationId } = site;
    await world.keep(site, 'before', 'x');
    const snapshot = world.local.snapshotSite(site);
    const token = world.local.connect.contextToken(site, USER);
    await world.keep(site, 'after', 'x');
    await world.redeploy((text) =>
      text.replace('- read:jira-work', '- read:jira-work\n    - read:jira-user'),
    );
    await world.local.platform.approve(site);
    expect(world.local.connect.contextToken(site, USER)).not.toBe(token);
    world.vendor.received.length = 0;
    await world.local.restoreSite(site, snapshot);
    expect(site.installationId).toBe(installationId);
    expect(world.stored(installationId)).toEqual(['before']);
    expect(world.local.connect.contextToken(site, USER)).toBe(token);
    expect(world.local.platform.appOn(site)?.version).toBe('1.0.0');
    expect(world.vendor.received).toEqual([]);
    await world.keep(site, 'again', 'x');
    await world.redeploy((text) => text);
  });

  it('that is restored or copied has the issues and properties of the site it comes from', async () => {
    const site = await world.hybridSite();
    const { jira } = world.local;
    jira.addProject(site, 'OLD', 'Old project');
    const issue = jira.addIssue(site, { projectKey: 'OLD', summary: 'Before' });
    const snapshot = world.local.snapshotSite(site);
    await jira.deleteIssue(site, issue.key);
    expect(jira.issue(site, issue.key)).toBeUndefined();
    await world.local.restoreSite(site, snapshot);
    expect(jira.issue(site, issue.key)?.summary).toBe('Before');
    const copy = await world.local.copySite(site, nameOfCopy());
    expect(jira.issue(copy, issue.key)?.summary).toBe('Before');
    await jira.deleteIssue(copy, issue.key);
    expect(jira.issue(site, issue.key)).toBeDefined();
  });

  it('that is restored from before its upgrade is on Connect again, without uninstalled', async () => {
    const site = await world.connectSite();
    const snapshot = world.local.snapshotSite(site);
    await world.local.upgradeInPlace(site);
    world.vendor.received.length = 0;
    await world.local.restoreSite(site, snapshot);
    expect(site.generation).toBe('connect');
    expect(site.installationId).toBeUndefined();
    expect(world.local.connect.modules(site).map(({ key }) => key)).toContain('old-page');
    expect(world.vendor.received).toEqual([]);
    await world.local.upgradeInPlace(site);
    expect(site.generation).toBe('hybrid');
  });

  it('that is restored from before its uninstall has its old installation, and can store again', async () => {
    const site = await world.hybridSite();
    const { installationId } = site;
    await world.keep(site, 'before', 'x');
    const snapshot = world.local.snapshotSite(site);
    await world.local.uninstall(site);
    await world.local.restoreSite(site, snapshot);
    expect(site).toMatchObject({ generation: 'hybrid', installationId });
    await world.keep(site, 'after', 'x');
    expect(world.stored(installationId)).toEqual(['after', 'before']);
    world.clock.advance(40 * 24 * 3_600_000);
    await world.keep(site, 'later', 'x');
    expect(world.stored(installationId)).toEqual(['after', 'before', 'later']);
  });

  it('that is filled by a whole-product import has a new installation and an empty store', async () => {
    const site = await world.hybridSite();
    const { installationId = '', clientKey } = site;
    await world.keep(site, 'before', 'x');
    const snapshot = world.local.snapshotSite(site);
    await world.local.restoreSite(site, snapshot, { wholeProductImport: true });
    expect(site.installationId).not.toBe(installationId);
    expect(site.clientKey).toBe(clientKey);
    expect(world.stored(site.installationId)).toEqual([]);
    expect(world.paths()).toEqual([]);
    // The old data waits for a support ticket.
    world.local.relink(site, installationId);
    expect(world.stored(site.installationId)).toEqual(['before']);
  });

  it('takes only what it was itself', async () => {
    const [one, two] = [await world.hybridSite(), await world.hybridSite()];
    await expect(world.local.restoreSite(one, world.local.snapshotSite(two))).rejects.toMatchObject(
      { code: 'wrong_site' },
    );
  });

  it('that is copied has identities of its own and the data of its original', async () => {
    const site = await world.hybridSite();
    await world.keep(site, 'before', 'x');
    const copy = await world.local.copySite(site, nameOfCopy());
    expect(world.callbacks('installed')).toEqual([
      expect.objectContaining({
        clientKey: copy.clientKey,
        installationId: copy.installationId,
        baseUrl: copy.baseUrl,
      }),
    ]);
    expect(world.paths()).toEqual(['/installed']);
    for (const name of ['cloudId', 'clientKey', 'installationId', 'baseUrl'] as const) {
      expect(copy[name]).toBeDefined();
      expect(copy[name]).not.toBe(site[name]);
    }
    expect(copy.generation).toBe('hybrid');
    await world.keep(copy, 'own', 'x');
    expect(world.stored(copy.installationId)).toEqual(['before', 'own']);
    expect(world.stored(site.installationId)).toEqual(['before']);
  });

  it('that is copied while on Connect is on Connect; one whose app refuses is a site without it', async () => {
    const site = await world.connectSite();
    const copy = await world.local.copySite(site, nameOfCopy());
    expect(copy.generation).toBe('connect');
    const hybrid = await world.hybridSite();
    const refused = nameOfCopy();
    world.answer = () => ({ status: 500 });
    await expect(world.local.copySite(hybrid, refused)).rejects.toMatchObject({
      code: 'LIFECYCLE_HOOK_FAILED',
    });
    expect(world.local.sites.get(refused.slug)).toMatchObject({ generation: 'none' });
  });
});

describe('the switches of copies and imports', () => {
  it('turn every unknown round', async () => {
    const world = await startTenantTestWorld({
      switches: {
        tenants: {
          copyClonesStorage: false,
          copyPostsInstalled: false,
          copyFiresInstalled: true,
          importPostsInstalled: true,
          importFiresInstalled: true,
          changedIdKeepsStorage: true,
          majorPostsInstalled: false,
        },
      },
    });
    const site = await world.hybridSite();
    await world.keep(site, 'before', 'x');
    await world.clock.advanceAsync(1_000);
    world.vendor.received.length = 0;
    const copy = await world.local.copySite(site, { slug: 'copy', displayName: 'Copy' });
    expect(world.stored(copy.installationId)).toEqual([]);
    expect(world.paths()).toEqual([]);
    const snapshot = world.local.snapshotSite(site);
    await world.local.restoreSite(site, snapshot, { wholeProductImport: true });
    expect(world.callbacks('installed')).toEqual([
      expect.objectContaining({ installationId: site.installationId }),
    ]);
    await world.keep(site, 'after', 'x');
    world.local.changeInstallationId(site);
    expect(world.stored(site.installationId)).toEqual(['after']);
    world.vendor.received.length = 0;
    await world.redeploy((text) => text.replace('    - read:jira-work\n', ''));
    await world.local.platform.approve(site);
    expect(world.callbacks('installed')).toEqual([]);
    await world.close();
  });
});
