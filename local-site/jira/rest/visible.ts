import type { Answer } from '../../types.ts';
import { jiraError } from '../answers.ts';
import type { IssueRecord } from '../issue-record.ts';
import { callerHas } from '../permissions.ts';
import type { Project } from '../site-state.ts';
import { param } from './route.ts';
import type { RestRequest } from './route.ts';

/** Jira does not say whether an issue exists to those who may not see it. */
const NO_ISSUE = 'Issue does not exist or you do not have permission to see it.';

/** The issue of the path when the caller may see it. */
export function visibleIssue(request: RestRequest): IssueRecord | undefined {
  if (!may(request, 'BROWSE_PROJECTS')) return undefined;
  return request.state.issue(param(request, 'issueIdOrKey'));
}

/** The project of the path when the caller may see it. */
export function visibleProject(request: RestRequest): Project | undefined {
  if (!may(request, 'BROWSE_PROJECTS')) return undefined;
  return request.state.project(param(request, 'projectIdOrKey'));
}

export function may(request: RestRequest, permission: string): boolean {
  return callerHas(request.state.site, request.caller, permission);
}

export function noIssue(): Answer {
  return jiraError(404, NO_ISSUE);
}

export function noProject(request: RestRequest): Answer {
  return jiraError(
    404,
    `No project could be found with key '${param(request, 'projectIdOrKey')}'.`,
  );
}
