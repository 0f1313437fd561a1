import type { Caller, PropertyAlias } from '../../types.ts';
import type { SiteState } from '../state/site-state.ts';

/** What a query may look at. */
export interface JqlWorld {
  readonly state: SiteState;
  readonly caller: Caller;
  readonly aliases: readonly PropertyAlias[];
  /** Whether a project, issue or status that does not exist is an error. (Switch `jqlChecksValues`) */
  readonly checksValues: boolean;
}
