import type { Response } from 'express';
import { notFound } from '../../checklist/index.ts';
import type { IssueScope, ProjectScope } from '../../checklist/index.ts';
import { callerOf } from '../http/caller.ts';

/**
 * The issue the caller's page stands on. With `issueId`, it must be that one: another issue answers `not_found`, the same as
 * one that does not exist.
 */
export function issueScopeOf(res: Response, issueId?: string): IssueScope {
  const caller = callerOf(res);
  if (caller.issueId === undefined || caller.projectId === undefined) throw notFound('issue');
  if (issueId !== undefined && issueId !== caller.issueId) throw notFound('issue');
  return { issueId: caller.issueId, projectId: caller.projectId, actor: caller.accountId };
}

/** The project the caller's page stands on, in the same way. */
export function projectScopeOf(res: Response, projectId?: string): ProjectScope {
  const caller = callerOf(res);
  if (caller.projectId === undefined) throw notFound('template');
  if (projectId !== undefined && projectId !== caller.projectId) throw notFound('template');
  return { projectId: caller.projectId, actor: caller.accountId };
}
