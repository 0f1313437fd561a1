import { z } from 'zod';
import { PlatformError } from '../platform/index.ts';
import type { ConnectUpgrade } from '../platform/index.ts';
import type { DeployedApp, DeployOptions, Site, UpgradeOptions } from '../types.ts';
import type { TenantLives, UpgradeInPlaceOptions } from './tenant-lives.ts';
import type { TenantWorld } from './world.ts';

const KIND = 'upgrade';
const UnderWay = z.object({
  postInstalled: z.boolean().optional(),
  rotateSecret: z.boolean().optional(),
});

/** The move from Connect to Forge, and what stands in its way. */
export function upgrades(
  world: TenantWorld,
): Pick<TenantLives, 'upgradeInPlace' | 'connectUpgrade' | 'resumeUpgrades'> {
  const { platform, connect, state, book } = world;

  /** The half that the app may refuse; then there has been no upgrade. */
  const finish = async (site: Site, app: DeployedApp, options: UpgradeOptions): Promise<void> => {
    try {
      await connect.becomeHybrid(site, app, site.installationId ?? '', options);
    } catch (error) {
      platform.withdraw(site);
      throw error;
    }
  };
  /** Written down all the while, for the case that this process dies in the middle. */
  const underWay = async (
    { cloudId }: Site,
    { postInstalled, rotateSecret }: UpgradeOptions,
    work: () => Promise<void>,
  ): Promise<void> => {
    state.put(KIND, cloudId, { postInstalled, rotateSecret });
    try {
      await work();
    } finally {
      state.remove(KIND, cloudId);
    }
  };

  const connectUpgrade = (site: Site, options?: DeployOptions): ConnectUpgrade | undefined => {
    const rights = site.generation === 'connect' ? connect.declared(site) : undefined;
    if (rights === undefined) return undefined;
    return platform.connectUpgrade(rights, platform.versionFor(site, options));
  };

  return {
    connectUpgrade,
    async upgradeInPlace(site, options = {}) {
      const app = platform.versionFor(site, options);
      if (site.generation === 'connect') {
        refuseOtherKey(connect.appKey(site), app, site);
        if (app.licensed) refuseSuspended(site);
        if (options.automatic === true) refuseWaiting(connectUpgrade(site, options), site);
      }
      await underWay(site, options, async () => {
        await platform.install(site, installOptions(options));
        await finish(site, platform.appOn(site) ?? app, options);
      });
    },
    async resumeUpgrades() {
      for (const [cloudId, { postInstalled, rotateSecret }] of state.read(KIND, UnderWay)) {
        const site = [...book.sites.values()].find((each) => each.cloudId === cloudId);
        const app = site && platform.appOn(site);
        if (site === undefined || app === undefined) {
          state.remove(KIND, cloudId);
          continue;
        }
        const options = {
          ...(postInstalled === undefined ? {} : { postInstalled }),
          ...(rotateSecret === undefined ? {} : { rotateSecret }),
        };
        // Refused or unreachable: the site is on Connect as before, and may be upgraded again.
        await underWay(site, options, () => finish(site, app, options)).catch(() => undefined);
      }
    },
  };
}

function installOptions({ environment, majorVersion }: UpgradeInPlaceOptions): DeployOptions {
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(majorVersion === undefined ? {} : { majorVersion }),
  };
}

/** With another key the two would stand side by side instead of one replacing the other. That is not modelled. */
function refuseOtherKey(installed: string | undefined, app: DeployedApp, site: Site): void {
  if (installed === app.connectKey) return;
  const message = `The Connect app on ${site.slug} has the key ${installed ?? ''}, this version ${app.connectKey || 'none'}: it would not be replaced.`;
  throw new PlatformError('connect_key_differs', message);
}

/** Installations with a suspended licence cannot move before they are paid (limitations-and-differences, number 3). */
function refuseSuspended(site: Site): void {
  if (site.licence !== 'suspended') return;
  const message = `The licence on ${site.slug} is suspended: it cannot move to Forge before it is paid.`;
  throw new PlatformError('licence_suspended', message);
}

function refuseWaiting(needed: ConnectUpgrade | undefined, site: Site): void {
  const reasons = [...(needed?.admin ?? []), ...(needed?.developer ?? [])];
  if (reasons.length === 0) return;
  const who = needed?.admin.length === 0 ? 'the vendor starts a bulk upgrade' : 'an admin approves';
  const message = `${site.slug} stays on Connect until ${who}: ${reasons.join(', ')}.`;
  throw new PlatformError('approval_needed', message);
}
