import type { LocalSite } from './local-site.ts';
import { PlatformError } from './platform/index.ts';
import type { PlatformRoom } from './platform/index.ts';
import type { ConnectHost } from './types.ts';

/** The steps in a tenant's life that concern both the Forge platform and the Connect host. */
export function createLifecycle(
  platform: PlatformRoom,
  connect: ConnectHost,
): Pick<LocalSite, 'upgradeInPlace' | 'uninstall'> {
  return {
    async upgradeInPlace(site, options = {}) {
      const { app } = platform;
      if (app === undefined) throw new PlatformError('not_deployed', 'Deploy the app first.');
      const installationId = await platform.install(site);
      try {
        await connect.becomeHybrid(site, app, installationId, options);
      } catch (error) {
        platform.withdraw(site);
        throw error;
      }
    },
    async uninstall(site) {
      // The platform's part comes first: preUninstall runs while the installation is still there.
      if (site.installationId !== undefined) await platform.uninstall(site);
      if (site.generation !== 'none') await connect.uninstall(site);
    },
  };
}
