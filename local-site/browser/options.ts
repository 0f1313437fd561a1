import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConnectHostRoom } from '../connect/index.ts';
import type { JiraRoom } from '../jira/index.ts';
import type { State } from '../state/index.ts';
import type { DeployedApp, FaultGate, ForgePlatform, Site, UnmodelledRegister } from '../types.ts';

/** The part of the Forge platform that pages need. */
export type PagePlatform = Pick<ForgePlatform, 'app' | 'appOn' | 'invokeResolver' | 'callRemote'> &
  Partial<Pick<ForgePlatform, 'pending' | 'approve'>>;

export interface BrowserOptions {
  /** Ports of the two origins; 0 takes any free one, a busy one is replaced by the next free one. */
  readonly ports: { readonly site: number; readonly customUi: number; readonly exact?: boolean };
  /**
   * Sites by slug. The first one stands at the root, the others under `/sites/<slug>`. The map is live: the servers start
   * before the sites, whose base URLs need the port.
   */
  readonly sites: ReadonlyMap<string, Site>;
  readonly jira: JiraRoom;
  readonly connect: ConnectHostRoom;
  readonly platform: PagePlatform;
  readonly register: UnmodelledRegister;
  /** What every call of Jira's REST API passes through. (Default: nothing goes wrong) */
  readonly faults?: FaultGate;
  /** Where people's panels are kept. (Default: nowhere, they end with the process) */
  readonly state?: State;
  /** Answers everything below `/_local/control`. (Default: there is no control page) */
  readonly control?: (
    world: BrowserWorld,
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<void>;
  /** What the button "Upgrade this site in place" does. Its rejection is shown to the admin. */
  readonly upgrade: (site: Site) => Promise<void>;
}

/** What every page and door gets: the options, where the two origins are, and what people have opened. */
export interface BrowserWorld extends Omit<BrowserOptions, 'ports'> {
  /** Origin of the sites. */
  readonly siteUrl: string;
  /** Origin of the Custom UI frames. */
  readonly customUiUrl: string;
  readonly panels: PanelBook;
}

/** Which Forge panels people have put onto issues. See panel-book.ts. */
export interface PanelBook {
  /** `new` right after it was added, once. */
  stateOf(site: Site, issueId: string, moduleKey: string): 'absent' | 'added' | 'new';
  add(site: Site, issueId: string, moduleKey: string): void;
  remove(site: Site, issueId: string, moduleKey: string): void;
  /** Shows a panel on every issue of the site, or no longer. */
  onAll(site: Site, moduleKey: string, shown: boolean): void;
}

/** The version of the app whose Forge modules a site shows. */
export function appOn(
  world: Pick<BrowserOptions, 'platform'>,
  site: Site,
): DeployedApp | undefined {
  return site.generation === 'hybrid' ? world.platform.appOn(site) : undefined;
}
