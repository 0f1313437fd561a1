import type { Caller } from '../types.ts';
import { changesOf } from './events/changelog.ts';
import { issueCreated, issueDeleted, issueUpdated } from './events/issue-changes.ts';
import type { Happening } from './events/issue-changes.ts';
import { issuePropertyChanged } from './events/property-changes.ts';
import { issueMatches, JqlError } from './jql/index.ts';
import type { IssueRecord } from './state/issue-record.ts';
import type { IssueEdit, SiteState } from './state/site-state.ts';
import { jqlWorld } from './world.ts';
import type { JiraWorld } from './world.ts';

/*
 * What is done to issues, whoever does it: the change and then the news of it. Each function answers the promise of the news.
 */

/** A happening now, with the filter of webhooks. */
export function tellable(
  world: JiraWorld,
  state: SiteState,
  issue: IssueRecord,
  caller?: Caller,
): Happening {
  return { state, issue, caller, at: world.clock.now(), matches: filterOf(world) };
}

/** A filter that Jira would refuse matches nothing; one outside the modelled JQL matches nothing and is reported. */
function filterOf(world: JiraWorld): Happening['matches'] {
  return (state, issue, jql) => {
    try {
      return issueMatches(jqlWorld(world, state, { kind: 'app' }), jql, issue);
    } catch (error) {
      if (!(error instanceof JqlError)) throw error;
      if (error.code === 'JQL_NOT_MODELLED') world.register.refuse('jira', error.message);
      return false;
    }
  };
}

export function announceIssue(
  world: JiraWorld,
  state: SiteState,
  issue: IssueRecord,
  caller?: Caller,
): Promise<void> {
  return world.tell(state, issueCreated(tellable(world, state, issue, caller)));
}

export function editIssue(
  world: JiraWorld,
  state: SiteState,
  issue: IssueRecord,
  edit: IssueEdit,
  caller?: Caller,
): Promise<void> {
  const items = changesOf(state.site, issue, edit);
  if (items.length === 0) return Promise.resolve();
  state.editIssue(issue, edit, world.clock.now());
  const changelog = { id: String(state.next('changelog')), items };
  return world.tell(state, issueUpdated(tellable(world, state, issue, caller), changelog));
}

export function deleteIssue(
  world: JiraWorld,
  state: SiteState,
  issue: IssueRecord,
  caller?: Caller,
): Promise<void> {
  const change = issueDeleted(tellable(world, state, issue, caller));
  state.removeIssue(issue);
  return world.tell(state, change);
}

/** Tells that a property was set or deleted, after it was. */
export function announceProperty(
  world: JiraWorld,
  state: SiteState,
  issue: IssueRecord,
  happened: {
    readonly event: 'issue_property_set' | 'issue_property_deleted';
    readonly key: string;
  },
  caller?: Caller,
): Promise<void> {
  const { at, matches } = tellable(world, state, issue, caller);
  const { propertyWebhookBody } = world.switches;
  const change = issuePropertyChanged(
    ...([state, issue, { ...happened, caller, at }] as const),
    propertyWebhookBody,
    matches,
  );
  return world.tell(state, change);
}
