import { REGIONS } from '../app/index.ts';
import { PlatformError } from '../platform/index.ts';
import type { TenantLives } from './tenant-lives.ts';
import type { TenantWorld } from './world.ts';

/** What changes about a site while the app stays: licence, region, the app switched off, another installation id. */
export function conditions(
  world: TenantWorld,
): Pick<TenantLives, 'setLicence' | 'setRegion' | 'setEnabled' | 'changeInstallationId'> {
  const { platform, connect, book, register, switches } = world;
  return {
    setLicence(site, licence) {
      site.licence = licence;
      book.save(site);
    },

    async setRegion(site, region) {
      if (region !== undefined && !REGIONS.some((known) => known === region)) {
        const message = `'${region}' is no region. Use one of ${REGIONS.join(', ')}.`;
        throw new PlatformError('unknown_region', message);
      }
      if (region === undefined) delete site.region;
      else site.region = region;
      book.save(site);
      const app = platform.appOn(site);
      if (app === undefined || site.installationId === undefined) return;
      if (app.moduleTypes.has('migration:dataResidency')) {
        // The hooks in which such an app copies its data are not called here.
        register.refuse('data residency', 'migration:dataResidency of the app');
      }
      if (site.generation !== 'hybrid') return;
      await connect.becomeHybrid(site, app, site.installationId, { postInstalled: false });
    },

    setEnabled: (site, enabled) => connect.setEnabled(site, enabled),
    changeInstallationId: (site) => platform.rename(site, switches.changedIdKeepsStorage),
  };
}
