import type { ForgeApp } from '../app/index.ts';
import type {
  BulkUpgrade,
  BulkUpgradeResult,
  Clock,
  DeployedApp,
  DeployOptions,
  Site,
  UnmodelledRegister,
} from '../types.ts';

/** What the command line can make the platform do. */
export interface ReleasePlatform {
  deploy(
    appDir: string,
    variables: Readonly<Record<string, string>>,
    options: DeployOptions,
  ): Promise<DeployedApp>;
  /** Oldest first. */
  versions(environment: string): readonly ForgeApp[];
  appOn(site: Site): ForgeApp | undefined;
  pending(site: Site): DeployedApp | undefined;
  approve(site: Site): Promise<void>;
  bulkUpgrade(request: BulkUpgrade): Promise<BulkUpgradeResult>;
  /** Whether new indexes of an environment are still being built; nothing can be installed meanwhile. */
  isIndexing(environment: string): boolean;
}

/** What a vendor's release may differ in. Each has a default. */
export interface ReleaseSettings {
  /**
   * Where an address of the manifest really is: `{'https://tally.example.com': 'http://localhost:4403'}`. The Forge CLI takes
   * only https addresses with a domain for a remote, and on one machine there is none. (Default: none)
   */
  readonly addresses?: Readonly<Record<string, string>>;
  /** Key of the app's Marketplace listing, which a production deploy has to match. (Default: not listed) */
  readonly marketplaceKey?: string;
}

/** The rooms behind the door, as it needs them. */
export interface ReleaseRooms {
  readonly clock: Clock;
  readonly register: UnmodelledRegister;
  readonly platform: ReleasePlatform;
  readonly sites: () => Iterable<Site>;
  /** Puts the app on a site: an upgrade in place over a Connect installation. */
  readonly install: (site: Site, options: DeployOptions) => Promise<unknown>;
  readonly uninstall: (site: Site) => Promise<unknown>;
  /** Address under which the door is served, without a slash at the end. */
  readonly url: string;
}
