import type { AssumptionEntry, AssumptionGroup } from './assumptions/assumption.ts';
import { COMPUTE } from './assumptions/compute.ts';
import { COPIES } from './assumptions/copies.ts';
import { END_OF_SUPPORT } from './assumptions/end-of-support.ts';
import { EVENTS } from './assumptions/events.ts';
import { LIFECYCLE } from './assumptions/lifecycle.ts';
import { PAGES } from './assumptions/pages.ts';
import { QUOTA } from './assumptions/quota.ts';
import { READS } from './assumptions/reads.ts';
import { RELEASES } from './assumptions/releases.ts';
import { REMOTE } from './assumptions/remote.ts';
import { SQL } from './assumptions/sql.ts';
import { WRITES } from './assumptions/writes.ts';

export { isThere } from './assumptions/assumption.ts';
export type {
  AssumptionEntry,
  AssumptionGroup,
  Evidence,
  Nothing,
  Probe,
} from './assumptions/assumption.ts';

/** Everything we assume about Atlassian that only a real site can confirm, by the part of the platform it is about. */
export const ASSUMPTION_GROUPS: readonly AssumptionGroup[] = [
  { title: 'Quota of the stores', entries: QUOTA },
  { title: 'Reading the stores', entries: READS },
  { title: 'Writing to the stores', entries: WRITES },
  { title: 'Forge SQL and the Object Store', entries: SQL },
  { title: 'Functions and prices', entries: COMPUTE },
  { title: 'Events and schedules', entries: EVENTS },
  { title: "The vendor's server", entries: REMOTE },
  { title: 'The life of a tenant', entries: LIFECYCLE },
  { title: 'Reinstalls, restores and copies', entries: COPIES },
  { title: 'Releases', entries: RELEASES },
  { title: 'Modules and pages', entries: PAGES },
  { title: 'Dates', entries: END_OF_SUPPORT },
];

const ENTRIES = {
  ...QUOTA,
  ...READS,
  ...WRITES,
  ...SQL,
  ...COMPUTE,
  ...EVENTS,
  ...REMOTE,
  ...LIFECYCLE,
  ...COPIES,
  ...RELEASES,
  ...PAGES,
  ...END_OF_SUPPORT,
};

/** The name of an assumption. It never changes once it is published. */
export type AssumptionId = keyof typeof ENTRIES;

/** One assumption with its name. */
export interface Assumption extends AssumptionEntry {
  readonly id: AssumptionId;
}

/** The assumption of that name: what code that depends on one says to the operator. Never throws. */
export function assumption(id: AssumptionId): Assumption {
  return { id, ...ENTRIES[id] };
}
