import type { ConnectHostRoom } from './connect/index.ts';
import type { JiraRoom } from './jira/index.ts';
import type { SiteName } from './options.ts';
import type { PlatformRoom } from './platform/index.ts';
import type { LocalForgeStore } from './storage/index.ts';
import type { Site, UnmodelledCall, UpgradeOptions } from './types.ts';

/** Where things are, as they were really bound. None ends in a slash. */
export interface LocalSiteUrls {
  readonly site: string;
  readonly platform: string;
  readonly customUi: string;
  /** For `CONNECT_KEYS_CDN_URL`. */
  readonly installKeys: string;
  /** For `FORGE_JWKS_URL`. */
  readonly jwks: string;
  /** For `FORGE_STORAGE_URL`. */
  readonly storage: string;
  /** For `HOST_SCRIPT_URL`. */
  readonly hostScript: string;
}

/** A running pretend Atlassian. */
export interface LocalSite {
  readonly urls: LocalSiteUrls;
  readonly platform: PlatformRoom;
  readonly jira: JiraRoom;
  readonly connect: ConnectHostRoom;
  readonly store: LocalForgeStore;
  /** Sites by slug, in the order in which they were made. */
  readonly sites: ReadonlyMap<string, Site>;
  /** Makes an empty site with the demo's users and nothing installed. Throws when the slug is taken or malformed. */
  addSite(name: SiteName): Site;
  /**
   * Replaces the Connect installation by a Forge installation of the deployed app: new installationId, same clientKey, no
   * `uninstalled`. Rejects and leaves the Connect installation as it was when the app refuses `installed`. On a site
   * without the app it is a first installation.
   */
  upgradeInPlace(site: Site, options?: UpgradeOptions): Promise<void>;
  /** Takes the app off the site, whichever generation is there: `preUninstall` first, then Connect's `uninstalled`. */
  uninstall(site: Site): Promise<void>;
  /** Calls that were answered 501. */
  unmodelled(): readonly UnmodelledCall[];
  /** Stops servers, functions and timers, and closes the store. */
  close(): Promise<void>;
}
