import type { Answer } from '../../types.ts';
import { jiraError } from '../answers.ts';
import { hasInProject } from '../permissions.ts';
import type { IssueRecord } from '../state/issue-record.ts';
import type { Project } from '../state/project-record.ts';
import { param } from './route.ts';
import type { RestRequest } from './route.ts';

/** An issue with its project. */
export interface Seen {
  readonly issue: IssueRecord;
  readonly project: Project;
}

/** The issue of the path when the caller may see it. */
export function visibleIssue(request: RestRequest): Seen | undefined {
  return seenIssue(request, param(request, 'issueIdOrKey'));
}

/** An issue by id or key when the caller may see it. */
export function seenIssue(request: RestRequest, idOrKey: string): Seen | undefined {
  const issue = request.state.issue(idOrKey);
  const project = issue === undefined ? undefined : seenProject(request, issue.projectKey);
  return issue === undefined || project === undefined ? undefined : { issue, project };
}

/** The project of the path when the caller may see it. */
export function visibleProject(request: RestRequest): Project | undefined {
  return seenProject(request, param(request, 'projectIdOrKey'));
}

/** A project by id or key when the caller may see it. */
export function seenProject(request: RestRequest, idOrKey: string): Project | undefined {
  const project = request.state.project(idOrKey);
  const seen = project !== undefined && mayIn(request, 'BROWSE_PROJECTS', project);
  return seen ? project : undefined;
}

export function mayIn(request: RestRequest, permission: string, project: Project): boolean {
  return hasInProject(request.state.site, request.caller, permission, project);
}

/** Jira does not say whether an issue exists to those who may not see it. */
export function noIssue(): Answer {
  return jiraError(404, 'Issue does not exist or you do not have permission to see it.');
}

export function noProject(request: RestRequest): Answer {
  return jiraError(
    404,
    `No project could be found with key '${param(request, 'projectIdOrKey')}'.`,
  );
}
