import type { Caller } from '../../types.ts';
import { issueBean } from '../beans/issue-bean.ts';
import { anybodyBean } from '../beans/user-bean.ts';
import type { WebhookNotice } from '../change.ts';
import type { IssueRecord } from '../state/issue-record.ts';
import type { SiteState } from '../state/site-state.ts';
import { actorOf } from './actor.ts';

/** Tells whether an issue matches a webhook's filter. */
export type FilterMatch = (state: SiteState, issue: IssueRecord, jql: string) => boolean;

/** A webhook about an issue. The body describes the issue as it is now, so make it before the issue is gone. */
export function issueNotice(
  state: SiteState,
  issue: IssueRecord,
  happened: { readonly event: string; readonly caller?: Caller | undefined; readonly at: number },
  more: Readonly<Record<string, unknown>>,
  matches: FilterMatch,
): WebhookNotice {
  const user = anybodyBean(state.site, actorOf(happened.caller));
  return {
    event: happened.event,
    body: {
      timestamp: happened.at,
      webhookEvent: happened.event,
      ...(user === null ? {} : { user }),
      ...more,
      issue: issueBean(state, issue, undefined),
    },
    values: issueValues(issue),
    matches: (jql) => matches(state, issue, jql),
  };
}

export function issueValues(issue: IssueRecord): Map<string, string> {
  return new Map([
    ['issue.id', issue.id],
    ['issue.key', issue.key],
    ['project.id', issue.projectId],
    ['project.key', issue.projectKey],
  ]);
}
