import type { LogLine } from './functions/index.ts';
import type { PlatformSwitches } from './platform/index.ts';
import type { StorageSwitches } from './storage/index.ts';
import type { Clock } from './types.ts';

/** Names a site to make. */
export interface SiteName {
  /** Part of its address: lower-case letters, digits and dashes. */
  readonly slug: string;
  readonly displayName: string;
}

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
  };
  /** The first one stands at the root of the site's origin. (Default: one, `main`) */
  readonly sites?: readonly SiteName[];
  /** Folder of the store's file, or `:memory:`. Only stored data survives a restart. (Default: `:memory:`) */
  readonly dataDir?: string;
  /** (Default: the machine's time) */
  readonly clock?: Clock;
  /** Seed of identities, lags and duplicates. (Default: 1) */
  readonly seed?: number | string;
  /** What Atlassian leaves open, or a test wants shorter. */
  readonly switches?: {
    readonly platform?: Partial<PlatformSwitches>;
    readonly storage?: Partial<StorageSwitches>;
  };
  /** What functions write to their console. (Default: dropped) */
  readonly onLog?: (line: LogLine) => void;
  /** Events, schedules and consumers that failed while nobody waited. (Default: dropped) */
  readonly onFailure?: (what: string, message: string) => void;
}
