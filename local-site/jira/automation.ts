import type { Automation, Site } from '../types.ts';
import { announceProperty } from './issue-doors.ts';
import { JiraError } from './jira-error.ts';
import type { SiteState } from './state/site-state.ts';
import { AUTOMATION_ACCOUNT_ID } from './users.ts';
import type { JiraWorld } from './world.ts';

/** Jira Automation, the little of it that apps meet. Its actor may do everything, and is not a person of the site. */
export function createAutomation(world: JiraWorld, stateOf: (site: Site) => SiteState): Automation {
  return {
    async setProperty(site, issueIdOrKey, key, value) {
      const state = stateOf(site);
      const issue = state.issue(issueIdOrKey);
      if (issue === undefined) {
        throw new JiraError('UNKNOWN_ISSUE', `Site ${site.slug} has no issue ${issueIdOrKey}.`);
      }
      state.issueProperties(issue).set(key, value);
      await announceProperty(
        ...([world, state, issue, { event: 'issue_property_set', key }] as const),
        { kind: 'user', accountId: AUTOMATION_ACCOUNT_ID },
      );
    },
  };
}
