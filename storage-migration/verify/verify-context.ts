import type { Pool } from 'pg';
import type { SendContext } from '../copy/send-context.ts';
import type { RecordReader } from '../postgres/record-reader.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { Scope, Stage } from '../terms.ts';

/** Everything a verification needs. It reads both sides and writes only its own results. */
export interface VerifyContext {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly send: SendContext;
  readonly reader: RecordReader;
  /**
   * Which side follows the other, and so may lag. `postgres` while Forge is the authority: then Forge is ahead by right, and
   * what Postgres may lack is what the log names. (Default: `forge`)
   */
  readonly follower?: 'forge' | 'postgres';
  /** Writers wait for the end: every call that may turn out to have been for nothing is left out. (Default: false) */
  readonly isHasty?: boolean;
  /** Asked between requests; true ends the work, to be begun again later. */
  readonly shouldStop?: () => boolean;
}

/**
 * How a record differs. `lag` explains itself and is never stored: the target is older and the record is dirty, or still
 * ahead of the backfill. The others name a broken promise.
 */
export type DifferenceClass = 'corrupt' | 'ahead' | 'rogue';

/** Versions, hashes and paths only: customer text never leaves the two stores. */
export interface Finding {
  readonly key: string;
  readonly class: DifferenceClass;
  readonly detail: Readonly<Record<string, string | number | readonly string[]>>;
}

export function followerOf({ follower = 'forge' }: VerifyContext): 'forge' | 'postgres' {
  return follower;
}

/** Which side follows in a stage: Postgres while Forge is the authority. */
export function followerIn(stage: Stage): 'forge' | 'postgres' {
  return stage === 'live' || stage === 'settled' ? 'postgres' : 'forge';
}
