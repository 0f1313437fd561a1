import { PlatformError } from '../platform/index.ts';
import type { TenantLives } from './tenant-lives.ts';
import type { TenantWorld } from './world.ts';

/** Sites that go back in time or double. */
export function restores(
  world: TenantWorld,
): Pick<TenantLives, 'snapshotSite' | 'restoreSite' | 'copySite'> {
  const { platform, connect, jira, book, switches } = world;
  return {
    snapshotSite: (site) => ({
      slug: site.slug,
      jira: jira.snapshot(site),
      connect: connect.snapshot(site),
      installation: platform.snapshot(site),
    }),

    async restoreSite(site, snapshot, { wholeProductImport = false } = {}) {
      if (snapshot.slug !== site.slug) {
        const message = `This is what ${snapshot.slug} was, not ${site.slug}.`;
        throw new PlatformError('wrong_site', message);
      }
      jira.restore(site, snapshot.jira);
      platform.restore(site, snapshot.installation, wholeProductImport);
      connect.restore(site, snapshot.connect);
      const { installationId } = site;
      const app = platform.appOn(site);
      if (app === undefined || installationId === undefined || snapshot.connect === undefined) {
        return;
      }
      // The version may be a later one than that of the snapshot: a site runs the latest of its major version.
      const posts = wholeProductImport && switches.importPostsInstalled;
      await connect.becomeHybrid(site, app, installationId, { postInstalled: posts });
      if (wholeProductImport && switches.importFiresInstalled) platform.announceInstalled(site);
    },

    async copySite(site, name) {
      const copy = book.add(name);
      if (site.licence !== undefined) copy.licence = site.licence;
      if (site.region !== undefined) copy.region = site.region;
      book.save(copy);
      jira.restore(copy, jira.snapshot(site));
      if (platform.appOn(site) !== undefined) {
        platform.copy(site, copy, switches.copyClonesStorage);
      }
      try {
        await connect.copy(site, copy, switches.copyPostsInstalled);
      } catch (error) {
        if (platform.appOn(copy) !== undefined) platform.withdraw(copy);
        throw error;
      }
      if (switches.copyFiresInstalled && platform.appOn(copy) !== undefined) {
        platform.announceInstalled(copy);
      }
      return copy;
    },
  };
}
