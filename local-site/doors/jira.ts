import type { Dashboards } from './dashboards.ts';
import type { Answer, Site } from './sites.ts';
import type { Workflows } from './workflows.ts';

export interface IssueSeed {
  readonly projectKey: string;
  readonly summary: string;
  readonly type?: string;
  /** Plain text; paragraphs are parted by an empty line. */
  readonly description?: string;
}

export interface Issue {
  readonly id: string;
  readonly key: string;
  readonly projectId: string;
  readonly projectKey: string;
  readonly summary: string;
  readonly type: string;
  /** One of the project's workflow. */
  readonly statusId: string;
  readonly properties: ReadonlyMap<string, unknown>;
}

/**
 * Who makes a REST call, after authentication. `via` says whose credentials the call came with, because an app may do no more
 * than its scopes: `connect` for a Connect JWT, `forge` for a function, a remote's token or the bridge. A person without `via`
 * is in the product itself and has no scopes. An app without `via` counts as `connect` on a Connect site, else as `forge`.
 */
export type Caller =
  | { readonly kind: 'app'; readonly via?: 'connect' | 'forge' }
  | { readonly kind: 'user'; readonly accountId: string; readonly via?: 'connect' | 'forge' };

/** A name that JQL knows for a part of an entity property. */
export interface PropertyAlias {
  /** Absent where the app gave none: then only `issue.property[key].path` reaches it. */
  readonly alias?: string;
  readonly entityType: string;
  readonly propertyKey: string;
  /** Names parted by dots. */
  readonly path: string;
  readonly type: 'number' | 'string' | 'text' | 'date' | 'user';
}

/** What Jira Automation does to issues, as its own actor `Automation for Jira`. */
export interface Automation {
  /** Sets an entity property of an issue; webhooks and product events follow. Throws for an unknown issue. */
  setProperty(site: Site, issueIdOrKey: string, key: string, value: unknown): Promise<void>;
}

export interface Jira {
  addSite(site: Site): void;
  addProject(site: Site, key: string, name: string): { id: string; key: string };
  addIssue(site: Site, seed: IssueSeed): Issue;
  issue(site: Site, idOrKey: string): Issue | undefined;
  /** Also fires the Connect webhook and the product event. */
  deleteIssue(site: Site, idOrKey: string): Promise<boolean>;
  /** Also fires the webhook and the product event; the issues go without events of their own, as in Jira. */
  deleteProject(site: Site, idOrKey: string): Promise<boolean>;
  /**
   * Gives one permission (`EDIT_ISSUES` …) of one project to these people only; `everyone` puts it back to the default.
   * `BROWSE_PROJECTS` is what all others need.
   */
  grant(
    site: Site,
    projectIdOrKey: string,
    permission: string,
    to: readonly string[] | 'everyone',
  ): void;
  /** Whether a person has a permission (`EDIT_ISSUES` …): a global one, one in this project, or, without it, in any project. */
  permits(site: Site, accountId: string, permission: string, projectIdOrKey?: string): boolean;
  readonly workflows: Workflows;
  readonly dashboards: Dashboards;
  readonly automation: Automation;
  /** What the app of this site has asked Jira to index. */
  propertyAliases(site: Site): readonly PropertyAlias[];
  /** Jira's REST API below the site, `path` from `/rest/` on, query string included. */
  rest(
    site: Site,
    caller: Caller,
    method: string,
    path: string,
    body: string | undefined,
  ): Promise<Answer>;
}
