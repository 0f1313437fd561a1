import type { ConnectSwitches } from './connect/index.ts';
import type { FaultPlan } from './faults/index.ts';
import type { LogLine } from './functions/index.ts';
import type { JiraSwitches } from './jira/index.ts';
import type { PlatformSwitches } from './platform/index.ts';
import type { ReleaseSettings } from './release/index.ts';
import type { StorageSwitches } from './storage/index.ts';
import type { TenantSwitches } from './tenants/index.ts';
import type { Clock } from './types.ts';
import type { SiteName } from './site-name.ts';

/** How a local site starts. Everything has a default. */
export interface LocalSiteOptions {
  /** Folder with manifest.yml and the built `src/`. Absent: nothing is deployed until `platform.deploy` is called. */
  readonly appDir?: string;
  /** Fill `${…}` in the manifest and are the environment of the functions. */
  readonly variables?: Readonly<Record<string, string>>;
  /** 0 takes any free port; a busy one is replaced by the next free one, so read `urls`. (Default: 4400, 4401, 4402) */
  readonly ports?: {
    readonly site?: number;
    readonly platform?: number;
    readonly customUi?: number;
    /** These ports or none: for a site that comes back and must be found where it was. (Default: false) */
    readonly exact?: boolean;
  };
  /** Environment that `appDir` is deployed to, and the default of deploys and installations. (Default: `development`) */
  readonly environment?: string;
  /** The first one stands at the root of the site's origin. (Default: one, `main`) */
  readonly sites?: readonly SiteName[];
  /**
   * Folder of everything that survives a restart, also one after a SIGKILL: stored data, Jira, sites, installations, deployed
   * versions, secrets, keys, and what is on its way: events, retries, async events, webhooks, schedules. Or `:memory:`.
   * (Default: `:memory:`)
   */
  readonly dataDir?: string;
  /** (Default: a clock that runs from the machine's time and can be moved, `LocalSite.clock`) */
  readonly clock?: Clock;
  /** What goes wrong on purpose, from the start. More can be done to a running site by `LocalSite.faults`. (Default: nothing) */
  readonly faults?: FaultPlan;
  /**
   * Whether `close` rejects with an UnmodelledError when the app has called anything that the local site does not model; for
   * tests, which must not pass then. (Default: false)
   */
  readonly failOnUnmodelled?: boolean;
  /** Seed of identities, lags and duplicates. (Default: 1) */
  readonly seed?: number | string;
  /** What Atlassian leaves open, or a test wants shorter. */
  readonly switches?: {
    readonly platform?: Partial<PlatformSwitches>;
    readonly storage?: Partial<StorageSwitches>;
    readonly connect?: Partial<ConnectSwitches>;
    readonly jira?: Partial<JiraSwitches>;
    readonly tenants?: Partial<TenantSwitches>;
  };
  /** For deploys with the real Forge CLI. */
  readonly release?: ReleaseSettings;
  /** What functions write to their console. (Default: dropped) */
  readonly onLog?: (line: LogLine) => void;
  /** Events, schedules and consumers that failed while nobody waited. (Default: dropped) */
  readonly onFailure?: (what: string, message: string) => void;
}
