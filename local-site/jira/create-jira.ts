import type { Issue, Jira, Site } from '../types.ts';
import { createAutomation } from './automation.ts';
import { createWorld } from './create-world.ts';
import { createDashboardDoors } from './dashboards/dashboard-doors.ts';
import { projectDeleted } from './events/project-changes.ts';
import { deleteIssue } from './issue-doors.ts';
import { JiraError } from './jira-error.ts';
import type { JiraOptions } from './options.ts';
import { hasAnywhere, hasInProject, permissionInfo } from './permissions.ts';
import { answerCall } from './rest/answer-call.ts';
import type { IssueRecord } from './state/issue-record.ts';
import { openJiraStore } from './state/jira-store.ts';
import type { Project } from './state/project-record.ts';
import type { SiteContents } from './state/site-state.ts';
import { StateBook } from './state/state-book.ts';
import { createWorkflowDoors } from './workflows/workflow-doors.ts';

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
  /** Whether the person has a permission, for instance `BROWSE_PROJECTS`: in one project, or without one anywhere. */
  permits(site: Site, accountId: string, permission: string, projectIdOrKey?: string): boolean;
  /** A copy of everything that Jira holds of the site, to come back to it. Opaque to everybody else. */
  snapshot(site: Site): SiteContents;
  /** Puts a site back, or fills another one as a copy of it. Tells nobody, as a restore and a copy do. */
  restore(site: Site, snapshot: SiteContents): void;
  /** Waits for webhooks, events and post functions that nobody waits for. */
  idle(): Promise<void>;
  /** Writes what has changed to the file and closes it. */
  close(): void;
}

/**
 * Makes Jira for any number of sites. Without a file it holds everything in memory and forgets it at the end.
 *
 * @throws JiraError `STORE_VERSION` for a file of another version.
 */
export function createJira(options: JiraOptions): JiraRoom {
  const { clock, file } = options;
  const book = new StateBook(file === undefined ? undefined : openJiraStore(file));
  const world = createWorld(options);
  const stateOf = (site: Site): ReturnType<StateBook['of']> => book.of(site);

  return {
    addSite: (site) => {
      book.add(site);
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
    permits: (site, accountId, permission, projectIdOrKey) => {
      const state = stateOf(site);
      const caller = { kind: 'user', accountId } as const;
      if (projectIdOrKey === undefined) return hasAnywhere(state, caller, permission);
      const project = state.project(projectIdOrKey);
      return project !== undefined && hasInProject(site, caller, permission, project);
    },
    grant: (site, projectIdOrKey, permission, to) => {
      const state = stateOf(site);
      const project = state.project(projectIdOrKey);
      if (project === undefined) {
        throw new JiraError(
          'UNKNOWN_PROJECT',
          `Site ${site.slug} has no project ${projectIdOrKey}.`,
        );
      }
      if (permissionInfo(permission)?.type !== 'PROJECT') {
        throw new JiraError('UNKNOWN_PERMISSION', `${permission} is no permission of a project.`);
      }
      state.setGrant(project, permission, to === 'everyone' ? undefined : new Set(to));
    },
    deleteIssue: async (site, idOrKey) => {
      const state = stateOf(site);
      const issue = state.issue(idOrKey);
      if (issue === undefined) return false;
      await deleteIssue(world, state, issue);
      return true;
    },
    deleteProject: async (site, idOrKey) => {
      const state = stateOf(site);
      const project = state.project(idOrKey);
      if (project === undefined) return false;
      const change = projectDeleted(state, project, { soft: false, at: clock.now() });
      state.removeProject(project);
      await world.tell(state, change);
      return true;
    },
    workflows: createWorkflowDoors(world, stateOf),
    dashboards: createDashboardDoors(world, stateOf),
    automation: createAutomation(world, stateOf),
    propertyAliases: (site) => world.aliases(stateOf(site)),
    rest: (site, caller, method, path, body) =>
      answerCall(world, stateOf(site), caller, { method, path, body }),
    snapshot: (site) => stateOf(site).contents(),
    restore: (site, snapshot) => {
      stateOf(site).replace(snapshot);
    },
    idle: () => world.idle(),
    close: () => {
      book.close();
    },
  };
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
