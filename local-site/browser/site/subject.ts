import { z } from 'zod';
import type { JiraRoom, Project } from '../../jira/index.ts';
import type { ModuleContext } from '../../types.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';

/** An issue as Jira keeps it. */
export type ShownIssue = NonNullable<ReturnType<JiraRoom['issue']>>;

/** What a page is about. */
export interface Subject {
  readonly issue?: ShownIssue | undefined;
  readonly project?: Project | undefined;
}

/** How a page's script says what the page is about. */
export const SubjectKeys = {
  issueKey: z.string().optional(),
  projectKey: z.string().optional(),
};

export interface SubjectKeys {
  readonly issueKey?: string | undefined;
  readonly projectKey?: string | undefined;
}

/** The issue and project of a page, or undefined when the person may not see them or they are gone. */
export function subjectOf(
  world: BrowserWorld,
  visit: Visit,
  { issueKey, projectKey }: SubjectKeys,
): Subject | undefined {
  const { jira } = world;
  if (issueKey === undefined && projectKey === undefined) return {};
  const issue = issueKey === undefined ? undefined : jira.issue(visit.site, issueKey);
  if (issueKey !== undefined && issue === undefined) return undefined;
  const project = jira.project(visit.site, issue?.projectKey ?? projectKey ?? '');
  if (project === undefined || !mayIn(world, visit, 'BROWSE_PROJECTS', project.key))
    return undefined;
  return { issue, project };
}

/** Whether the person looking has a permission in a project. */
export function mayIn(
  world: BrowserWorld,
  { site, user }: Visit,
  permission: string,
  projectKey: string,
): boolean {
  return world.jira.permits(site, user.accountId, permission, projectKey);
}

/** The context of the app's modules on a page. */
export function moduleContext(visit: Visit, { issue, project }: Subject): ModuleContext {
  return {
    accountId: visit.user.accountId,
    ...(issue && { issue: { id: issue.id, key: issue.key } }),
    ...(project && { project: { id: project.id, key: project.key } }),
  };
}
