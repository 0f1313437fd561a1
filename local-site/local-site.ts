import type { CspReport } from './browser/index.ts';
import type { ConnectHostRoom } from './connect/index.ts';
import type { Faults } from './faults/index.ts';
import type { JiraRoom } from './jira/index.ts';
import type { PlatformRoom } from './platform/index.ts';
import type { ReleaseDoor } from './release/index.ts';
import type { LocalForgeStore } from './storage/index.ts';
import type { TenantLives } from './tenants/index.ts';
import type { Clock, Site, UnmodelledExample } from './types.ts';
import type { SiteName } from './site-name.ts';

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
export interface LocalSite extends TenantLives {
  readonly urls: LocalSiteUrls;
  readonly platform: PlatformRoom;
  readonly jira: JiraRoom;
  readonly connect: ConnectHostRoom;
  readonly store: LocalForgeStore;
  /** The one clock of everything. A VirtualClock unless the options named another one. */
  readonly clock: Clock;
  /** What goes wrong on purpose. */
  readonly faults: Faults;
  /** Where the real Forge CLI deploys to and installs from. */
  readonly release: ReleaseDoor;
  /** Sites by slug, in the order in which they were made. */
  readonly sites: ReadonlyMap<string, Site>;
  /** Makes an empty site with the demo's users and nothing installed. Throws when the slug is taken or malformed. */
  addSite(name: SiteName): Site;
  /** Calls that were answered 501, each with its first example. */
  unmodelled(): readonly UnmodelledExample[];
  /** What Custom UI pages tried against their content security policy, as browsers reported it. */
  cspReports(): readonly CspReport[];
  /**
   * Stops servers, functions and timers, and closes the store. Rejects with UnmodelledError at the end when the option
   * `failOnUnmodelled` is set and there was such a call; all is stopped then as well.
   */
  close(): Promise<void>;
}
