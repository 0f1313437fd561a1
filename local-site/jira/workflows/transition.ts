import { changesOf } from '../events/changelog.ts';
import { issueUpdated } from '../events/issue-changes.ts';
import { tellable } from '../issue-doors.ts';
import type { JiraWorld } from '../world.ts';
import { isAvailable } from './conditions.ts';
import { runPostFunctions } from './post-functions.ts';
import type { Attempt } from './rule-context.ts';
import { refusal } from './validators.ts';

export type Outcome =
  | { readonly kind: 'done' }
  /** Not there for this person: no permission, another status, a condition. */
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'refused'; readonly message: string };

/** Moves an issue: conditions, validators, the new status, the news, post functions; in this order. */
export async function performTransition(world: JiraWorld, attempt: Attempt): Promise<Outcome> {
  if (!isAvailable(world, attempt)) return { kind: 'unavailable' };
  const message = await refusal(world, attempt);
  if (message !== undefined) return { kind: 'refused', message };
  const { state, issue, transition, caller } = attempt;
  // A validator's function takes time, in which the issue may go or move.
  if (state.issue(issue.id) !== issue || !isAvailable(world, attempt)) {
    return { kind: 'unavailable' };
  }
  const at = world.clock.now();
  const fromStatusId = issue.statusId;
  const items = changesOf(state.site, issue, { statusId: transition.to });
  state.editIssue(issue, { statusId: transition.to }, at);
  const changelog = { id: String(state.next('changelog')), items };
  if (items.length > 0) {
    world.background(
      world.tell(state, issueUpdated(tellable(world, state, issue, caller), changelog)),
    );
  }
  runPostFunctions(world, { attempt, fromStatusId, changelog, at });
  return { kind: 'done' };
}
