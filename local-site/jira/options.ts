import type { Clock, Site, SiteModule, UnmodelledRegister } from '../types.ts';
import type { Change } from './change.ts';

/** What Atlassian leaves open about Jira. Defaults are the reading that is harder on an app. */
export interface JiraSwitches {
  /**
   * What `issue_property_set` says besides time and event: nothing, or issue and property. Atlassian documents neither
   * [not established]. (Default: `bare`)
   */
  readonly propertyWebhookBody: 'bare' | 'full';
  /**
   * Whether a query that names a project, issue or person that does not exist, or may not be seen, is answered 400, as the old
   * search did by default. Not documented for `/search/jql` [not established]. (Default: true)
   */
  readonly jqlChecksValues: boolean;
  /** How long a `nextPageToken` can be used, in milliseconds. (Default: seven days [ours]) */
  readonly pageTokenLifeMs: number;
}

export const JIRA_SWITCHES: JiraSwitches = {
  propertyWebhookBody: 'bare',
  jqlChecksValues: true,
  pageTokenLifeMs: 7 * 24 * 60 * 60_000,
};

/** How workflow rules reach the app. */
export interface RuleRunner {
  /** Runs the function or endpoint behind a Forge module. Rejects when it fails. */
  invokeModule(site: Site, moduleKey: string, event: unknown): Promise<unknown>;
  /**
   * Posts to an address of the Connect app, signed as a webhook is. `url` is as the module has it, relative to the app's base
   * address.
   */
  postToConnect(
    site: Site,
    module: SiteModule,
    url: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

export interface JiraOptions {
  readonly register: UnmodelledRegister;
  readonly clock: Clock;
  /** Key of the app installed on the site, or undefined while there is none. */
  readonly appKey: (site: Site) => string | undefined;
  /** Modules of the app on the site now, of both faces. Absent: the app has none that concern Jira's data. */
  readonly modules?: (site: Site) => readonly SiteModule[];
  /** Scopes of the version on the site. Absent, or undefined for a site: scopes are not checked. */
  readonly scopesOf?: (site: Site) => readonly string[] | undefined;
  /** Absent: a rule that needs the app fails, a validator refuses. */
  readonly rules?: RuleRunner;
  /**
   * Told after the fact. The doors wait for it, the REST API does not; `idle` of the room does. A rejection is dropped, so tell
   * about failures elsewhere.
   */
  readonly onChange?: (site: Site, change: Change) => Promise<void>;
  /** File that Jira's data lies in and survives a restart. Absent: in memory only. */
  readonly file?: string;
  readonly switches?: Partial<JiraSwitches>;
}
