import { z } from 'zod';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import type { Subject } from '../pages/frames.ts';

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
  keys: SubjectKeys,
): Subject | undefined {
  const { site, user } = visit;
  const { issueKey, projectKey } = keys;
  if (issueKey === undefined && projectKey === undefined) return {};
  if (!world.jira.permits(site, user.accountId, 'BROWSE_PROJECTS')) return undefined;
  if (issueKey === undefined) {
    const project = world.jira.project(site, projectKey ?? '');
    return project === undefined ? undefined : { project };
  }
  const issue = world.jira.issue(site, issueKey);
  if (issue === undefined) return undefined;
  return { issue, project: world.jira.project(site, issue.projectKey) };
}
