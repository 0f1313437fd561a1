import type { Caller } from '../../types.ts';
import { issueFields } from '../beans/issue-bean.ts';
import { statusBean } from '../beans/status-bean.ts';
import type { Change, ProductEvent } from '../change.ts';
import type { IssueRecord } from '../state/issue-record.ts';
import type { SiteState } from '../state/site-state.ts';
import { eventBase } from './actor.ts';
import type { Changelog } from './changelog.ts';
import { issueNotice } from './issue-notice.ts';
import type { FilterMatch } from './issue-notice.ts';

/** What every description of a change to an issue needs. */
export interface Happening {
  readonly state: SiteState;
  readonly issue: IssueRecord;
  readonly caller?: Caller | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly matches: FilterMatch;
}

/** An issue was made: `jira:issue_created`, `avi:jira:created:issue`. */
export function issueCreated(happening: Happening): Change {
  const { state, issue, matches } = happening;
  const event = { ...happening, event: 'jira:issue_created' };
  const more = { issue_event_type_name: 'issue_created' };
  return changeOf(
    happening,
    issueNotice(state, issue, event, more, matches),
    forgeEvent(happening, 'avi:jira:created:issue', { jiraEventTypeName: 'issue_created' }),
  );
}

/** An issue is about to go: `jira:issue_deleted`, `avi:jira:deleted:issue`. Describe it while it is there. */
export function issueDeleted(happening: Happening): Change {
  const { state, issue, matches } = happening;
  const event = { ...happening, event: 'jira:issue_deleted' };
  return changeOf(
    happening,
    issueNotice(state, issue, event, {}, matches),
    forgeEvent(happening, 'avi:jira:deleted:issue', {}),
  );
}

/**
 * Fields of an issue have changed: `jira:issue_updated`, `avi:jira:updated:issue`, and `avi:jira:assigned:issue` where the
 * assignee is among them. Both carry the same changelog.
 */
export function issueUpdated(happening: Happening, changelog: Changelog): Change {
  const { state, issue, matches } = happening;
  const event = { ...happening, event: 'jira:issue_updated' };
  const { items } = changelog;
  const status = items.find(({ field }) => field === 'status');
  const assigned = items.some(({ field }) => field === 'assignee');
  const type = assigned
    ? 'issue_assigned'
    : status === undefined
      ? 'issue_updated'
      : 'issue_generic';
  const notice = issueNotice(
    ...([state, issue, event] as const),
    { issue_event_type_name: type, changelog },
    matches,
  );
  const statuses =
    status === undefined
      ? {}
      : {
          associatedStatuses: [status.from, status.to].map((id) =>
            statusBean(state.site, id ?? issue.statusId),
          ),
        };
  return changeOf(
    happening,
    notice,
    forgeEvent(happening, 'avi:jira:updated:issue', {
      ...{ jiraEventTypeName: type, changelog, ...statuses },
    }),
    ...(assigned ? [forgeEvent(happening, 'avi:jira:assigned:issue', { changelog })] : []),
  );
}

function changeOf(
  { caller }: Happening,
  webhook: Change['webhooks'][number],
  ...events: ProductEvent[]
): Change {
  return { ...(caller === undefined ? {} : { caller }), webhooks: [webhook], events };
}

function forgeEvent(
  { state, issue, caller, at }: Happening,
  event: string,
  more: Readonly<Record<string, unknown>>,
): ProductEvent {
  const { id, key } = issue;
  return {
    event,
    payload: {
      ...eventBase(event, caller, at),
      issue: { id, key, fields: issueFields(state, issue) },
      ...more,
    },
  };
}
