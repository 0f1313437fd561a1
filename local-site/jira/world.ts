import type { Caller, Clock, PropertyAlias, SiteModule, UnmodelledRegister } from '../types.ts';
import type { Change } from './change.ts';
import type { JqlWorld } from './jql/index.ts';
import type { JiraSwitches, RuleRunner } from './options.ts';
import type { SiteState } from './state/site-state.ts';

/** What everything in this room needs besides the state of a site. */
export interface JiraWorld {
  readonly register: UnmodelledRegister;
  readonly clock: Clock;
  readonly switches: JiraSwitches;
  readonly rules: RuleRunner | undefined;
  /** Key of the app on the site, while there is one. */
  appKey(state: SiteState): string | undefined;
  modules(state: SiteState): readonly SiteModule[];
  aliases(state: SiteState): readonly PropertyAlias[];
  scopes(state: SiteState): readonly string[] | undefined;
  /** Tells about a change. Never rejects. */
  tell(state: SiteState, change: Change): Promise<void>;
  /** Remembers work that nobody waits for, so that `idle` can. Its failure is dropped. */
  background(work: Promise<unknown>): void;
}

/** The world as a query sees it. */
export function jqlWorld(world: JiraWorld, state: SiteState, caller: Caller): JqlWorld {
  const aliases = world.aliases(state);
  return { state, caller, aliases, checksValues: world.switches.jqlChecksValues };
}
