import type { Caller } from '../../types.ts';
import type { Change } from '../change.ts';
import type { IssueRecord } from '../state/issue-record.ts';
import type { SiteState } from '../state/site-state.ts';
import { issueValues } from './issue-notice.ts';
import type { FilterMatch } from './issue-notice.ts';

/**
 * An entity property of an issue was set or deleted: the webhooks `issue_property_set` and `issue_property_deleted`. Forge has
 * no event for it, and neither `jira:issue_updated` nor `avi:jira:updated:issue` is sent: a property is no field [Forge docs,
 * Jira events: the list has none].
 *
 * What the body says besides time and event is not documented (switch `propertyWebhookBody`); the address of the webhook may
 * use `{issue.id}`, `{issue.key}` and `{property.key}` in any case.
 */
export function issuePropertyChanged(
  state: SiteState,
  issue: IssueRecord,
  happened: {
    readonly event: 'issue_property_set' | 'issue_property_deleted';
    readonly key: string;
    readonly caller?: Caller | undefined;
    readonly at: number;
  },
  body: 'bare' | 'full',
  matches: FilterMatch,
): Change {
  const { event, key, caller, at } = happened;
  const values = issueValues(issue).set('property.key', key);
  const full = {
    issue: {
      id: issue.id,
      self: `${state.site.baseUrl}/rest/api/3/issue/${issue.id}`,
      key: issue.key,
    },
    property: { key, value: issue.properties.get(key) ?? null },
  };
  return {
    ...(caller === undefined ? {} : { caller }),
    webhooks: [
      {
        event,
        body: { timestamp: at, webhookEvent: event, ...(body === 'full' ? full : {}) },
        values,
        propertyKey: key,
        matches: (jql) => matches(state, issue, jql),
      },
    ],
    events: [],
  };
}
