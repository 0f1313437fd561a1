import type { Answer, Caller, Clock, Issue, Jira, Site, UnmodelledRegister } from '../types.ts';
import { describeDeletion } from './issue-deletion.ts';
import type { IssueDeletion } from './issue-deletion.ts';
import type { IssueRecord } from './issue-record.ts';
import { callerHas } from './permissions.ts';
import { appPropertyRoutes } from './rest/app-property-routes.ts';
import { issueRoutes } from './rest/issue-routes.ts';
import { matchRoute } from './rest/match.ts';
import { permissionRoutes } from './rest/permission-routes.ts';
import { projectRoutes } from './rest/project-routes.ts';
import type { RestWorld, Route } from './rest/route.ts';
import { searchRoutes } from './rest/search-routes.ts';
import { serverInfoRoute } from './rest/server-info-route.ts';
import { SiteState } from './site-state.ts';
import type { Project } from './site-state.ts';

const ROUTES: readonly Route[] = [
  ...issueRoutes,
  ...projectRoutes,
  ...permissionRoutes,
  ...searchRoutes,
  ...appPropertyRoutes,
  serverInfoRoute,
];

export interface JiraOptions {
  readonly register: UnmodelledRegister;
  readonly clock: Clock;
  /** Key of the app installed on the site, or undefined while there is none. */
  readonly appKey: (site: Site) => string | undefined;
  /** Told after the issue is gone. `deleteIssue` waits for it; the REST API does not. */
  readonly onIssueDeleted?: (site: Site, deletion: IssueDeletion) => Promise<void>;
}

/** Jira, with what the pages for people need besides `Jira`. */
export interface JiraRoom extends Jira {
  projects(site: Site): readonly Project[];
  project(site: Site, idOrKey: string): Project | undefined;
  issue(site: Site, idOrKey: string): IssueRecord | undefined;
  /** One page of issues in order of creation. */
  issuePage(
    site: Site,
    projectKey: string | undefined,
    start: number,
    count: number,
  ): { readonly total: number; readonly issues: readonly Issue[] };
  /** Whether the person has a permission, for instance `BROWSE_PROJECTS`. */
  permits(site: Site, accountId: string, permission: string): boolean;
}

/** Makes Jira for any number of sites. It holds everything in memory and forgets it at the end. */
export function createJira(options: JiraOptions): JiraRoom {
  const { register, clock, appKey, onIssueDeleted } = options;
  const states = new Map<string, SiteState>();

  const stateOf = (site: Site): SiteState => {
    const state = states.get(site.cloudId);
    if (state === undefined) throw new Error(`Jira does not know the site ${site.slug}: add it.`);
    return state;
  };

  const remove = async (
    state: SiteState,
    issue: IssueRecord,
    caller: Caller | undefined,
  ): Promise<void> => {
    const deletion = describeDeletion(state, issue, caller, clock.now());
    state.removeIssue(issue);
    await onIssueDeleted?.(state.site, deletion);
  };

  const world: RestWorld = {
    clock,
    appKey: (state) => appKey(state.site),
    deleteIssue: (state, issue, caller) => void remove(state, issue, caller),
  };

  return {
    addSite: (site) => {
      if (!states.has(site.cloudId)) states.set(site.cloudId, new SiteState(site));
    },
    addProject: (site, key, name) => {
      const project = stateOf(site).addProject(key, name);
      return { id: project.id, key: project.key };
    },
    addIssue: (site, seed) => stateOf(site).addIssue(seed, clock.now()),
    projects: (site) => stateOf(site).projects(),
    project: (site, idOrKey) => stateOf(site).project(idOrKey),
    issue: (site, idOrKey) => stateOf(site).issue(idOrKey),
    issuePage: (site, projectKey, start, count) => {
      const state = stateOf(site);
      const issues = pageOf(state.issues(projectKey), start, count);
      return { total: state.issueCount(projectKey), issues };
    },
    permits: (site, accountId, permission) =>
      callerHas(site, { kind: 'user', accountId }, permission),
    deleteIssue: async (site, idOrKey) => {
      const state = stateOf(site);
      const issue = state.issue(idOrKey);
      if (issue === undefined) return false;
      await remove(state, issue, undefined);
      return true;
    },
    rest: (site, caller, method, path, body) =>
      Promise.resolve(answer(stateOf(site), caller, method, path, body)),
  };

  function answer(
    state: SiteState,
    caller: Caller,
    method: string,
    path: string,
    body: string | undefined,
  ): Answer {
    const url = new URL(path, 'http://site.invalid');
    const match = matchRoute(ROUTES, method.toUpperCase(), url.pathname);
    if (match === undefined) return register.refuse('jira', `${method} ${url.pathname}`);
    const { route, params } = match;
    return route.handle({ state, caller, params, query: url.searchParams, body }, world);
  }
}

function pageOf<T>(all: Iterable<T>, start: number, count: number): T[] {
  const page: T[] = [];
  let index = 0;
  for (const each of all) {
    if (page.length === count) break;
    if (index++ >= start) page.push(each);
  }
  return page;
}
