import { conditions, restores, upgrades } from './tenants/index.ts';
import type { TenantLives, TenantWorld } from './tenants/index.ts';

/** Everything that can happen to the app on a site. */
export function createLifecycle(world: TenantWorld): TenantLives {
  const { platform, connect } = world;
  return {
    ...upgrades(world),
    ...restores(world),
    ...conditions(world),
    async uninstall(site, { callbacks = 'both' } = {}) {
      // The platform's part comes first: preUninstall runs while the installation is still there.
      if (platform.appOn(site) !== undefined) {
        if (callbacks === 'both' || callbacks === 'preUninstall') await platform.uninstall(site);
        else platform.uninstallSilently(site);
      }
      if (site.generation === 'none') return;
      if (callbacks === 'both' || callbacks === 'uninstalled') await connect.uninstall(site);
      else connect.forget(site);
    },
    relink(site, oldInstallationId) {
      platform.relink(site, oldInstallationId);
    },
  };
}
