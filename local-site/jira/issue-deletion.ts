import type { Caller } from '../types.ts';
import type { IssueRecord } from './issue-record.ts';
import { issueBean, userBean } from './rest/beans.ts';
import type { SiteState } from './site-state.ts';
import { userOf } from './users.ts';

/** What goes out when an issue was deleted: the same fact, once for each generation of the app. */
export interface IssueDeletion {
  readonly issueId: string;
  readonly issueKey: string;
  /** Body of the Connect webhook `jira:issue_deleted`. */
  readonly webhook: Readonly<Record<string, unknown>>;
  /** Payload of the product event `avi:jira:deleted:issue`. */
  readonly event: Readonly<Record<string, unknown>>;
}

/** Describes the deletion while the issue can still be described. `at` is epoch milliseconds. */
export function describeDeletion(
  state: SiteState,
  issue: IssueRecord,
  caller: Caller | undefined,
  at: number,
): IssueDeletion {
  const bean = issueBean(state, issue, undefined);
  const accountId = caller?.kind === 'user' ? caller.accountId : undefined;
  const user = userOf(state.site, accountId);
  return {
    issueId: issue.id,
    issueKey: issue.key,
    webhook: {
      timestamp: at,
      webhookEvent: 'jira:issue_deleted',
      ...(user === undefined ? {} : { user: userBean(state.site, user) }),
      issue: bean,
    },
    event: {
      eventType: 'avi:jira:deleted:issue',
      issue: { id: issue.id, key: issue.key, fields: bean['fields'] },
      ...(accountId === undefined ? {} : { atlassianId: accountId }),
    },
  };
}
