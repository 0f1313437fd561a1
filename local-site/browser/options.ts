import type { ConnectHostRoom } from '../connect/index.ts';
import type { JiraRoom } from '../jira/index.ts';
import type { ForgePlatform, Site, UnmodelledRegister } from '../types.ts';

/** The part of the Forge platform that pages need. */
export type PagePlatform = Pick<ForgePlatform, 'app' | 'invokeResolver' | 'callRemote'>;

export interface BrowserOptions {
  /** Ports of the two origins; 0 takes any free one, a busy one is replaced by the next free one. */
  readonly ports: { readonly site: number; readonly customUi: number };
  /**
   * Sites by slug. The first one stands at the root, the others under `/sites/<slug>`. The map is live: the servers start
   * before the sites, whose base URLs need the port.
   */
  readonly sites: ReadonlyMap<string, Site>;
  readonly jira: JiraRoom;
  readonly connect: ConnectHostRoom;
  readonly platform: PagePlatform;
  readonly register: UnmodelledRegister;
  /** What the button "Upgrade this site in place" does. Its rejection is shown to the admin. */
  readonly upgrade: (site: Site) => Promise<void>;
}

/** What every page and door gets: the options, and where the two origins are. */
export interface BrowserWorld extends Omit<BrowserOptions, 'ports'> {
  /** Origin of the sites. */
  readonly siteUrl: string;
  /** Origin of the Custom UI frames. */
  readonly customUiUrl: string;
}
