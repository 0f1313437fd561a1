import type { HandoverContext } from './handover-context.ts';
import type { Condition, Stage, Version } from '../terms.ts';

/** What `mig_tenant` says beside the stage. */
export interface Standing {
  readonly stage: Stage;
  readonly condition: Condition | null;
  /** Finalize has begun. */
  readonly isSealing: boolean;
  /** Log entries and tombstones of the final tenant are gone. */
  readonly isSwept: boolean;
  /** Postgres was opened without Forge, and what Forge held was not looked at since. */
  readonly isForced: boolean;
}

/** Postgres as finalize sees it. */
export interface SealingSide {
  /**
   * Notes that finalize has begun, if the tenant is settled and nothing stands beside its stage; from here on a rollback is
   * refused. Repeated it changes nothing. Throws `stage.unexpected`.
   */
  beginSealing(who: string, reason: string): Promise<void>;
  /** Buckets whose log entries and tombstones may still be there. */
  unswept(): Promise<readonly number[]>;
  /** Keys of a bucket's tombstones, as Postgres' versions name them; a few at a time. */
  tombstones(bucket: number, limit: number): Promise<readonly string[]>;
  /** Their tombstones are gone in Forge. Those that an open erasure still watches stay. */
  forget(keys: readonly string[]): Promise<void>;
  noteSwept(bucket: number): Promise<void>;
  /** All buckets are swept: no dirty mark means anything any more. One audit row. */
  endSweep(who: string): Promise<void>;
}

/** A version as one side holds it. */
export interface Held {
  readonly version: Version;
  readonly deleted: boolean;
}

/** An erasure that is not reported yet. */
export interface Erasure {
  readonly id: string;
  readonly keys: readonly {
    readonly key: string;
    /** Of its delete; undefined until an authority has given one. */
    readonly version: Version | undefined;
  }[];
}

/** Postgres as an erasure sees it. */
export interface ErasingSide {
  /** Writes the purge marks, and `erasing` beside the stage unless another condition stands there. One audit row. */
  beginErasure(keys: readonly string[], who: string, reason: string): Promise<string>;
  openErasures(): Promise<readonly Erasure[]>;
  /**
   * Step `erase` at Postgres: a versioned delete, with its mark, in one transaction. Answers with the version that is marked,
   * which another driver may have noted first, at Forge too: Postgres may still hold something older then.
   */
  eraseHere(erasure: string, key: string): Promise<Version | 'gate closed' | 'reported'>;
  /**
   * The delete was made at Forge in this version. False, and not noted, when another is noted, or when neither the Forge that
   * decides now nor Postgres need have it: Postgres was opened without it meanwhile, or has gone on behind it.
   */
  noteErased(erasure: string, key: string, version: Version): Promise<boolean>;
  /** What Postgres holds of a record. */
  heldHere(key: string): Promise<Held | undefined>;
  /** Deletes a record of a sealed bucket's archive, whose gate never opens again, if this is the delete that is marked. */
  eraseArchived(erasure: string, bucket: number, key: string, version: Version): Promise<void>;
  /** Whether a bucket's backfill has come to its end. */
  isFilled(bucket: number): Promise<boolean>;
  /**
   * Step `eraseReport`: the marks go, with everything that still names the keys. One audit row. False, and nothing is done, when
   * the marks name other deletes than those that both sides were found to hold; and of a final tenant, whose version rows go too
   * so that nothing would lead to a tombstone any more, unless the caller knows it final.
   */
  report(
    erasure: string,
    found: {
      readonly who: string;
      readonly deletes: ReadonlyMap<string, Version>;
      readonly isFinal: boolean;
    },
  ): Promise<boolean>;
}

/** What is known of what Forge holds and Postgres does not. */
export interface Loss {
  /** Above every epoch ever seen. */
  readonly epoch: number;
  /** Log entries that the last look at the heads knew of and that are not back, where there are any. */
  readonly buckets: readonly { readonly bucket: number; readonly entries: number }[];
  /** Whatever was written after it is unknown. Null when nobody has looked. */
  readonly lastLook: Date | null;
}

/** Postgres as the operations see it that go on without Forge. */
export interface SurvivingSide {
  loss(): Promise<Loss>;
  /**
   * Step `forceOpen` or `terminate`: opens the gate at `epoch` (null leaves it as it is), moves the tenant and writes the
   * audit row, all in one transaction. Deletes of open erasures that Forge took and that are not back have to be made again. Throws `plan.stale` when the gate has gone on meanwhile, and, with `whileOpen`, when
   * it does not stand open: then somebody hands over just now, and Forge may have taken what Postgres does not have.
   */
  survive(change: {
    readonly epoch: number | null;
    readonly whileOpen: boolean;
    readonly to: Stage;
    readonly condition: 'quarantined' | 'terminated';
    readonly conditionReason: string;
    readonly isForced: boolean;
    readonly who: string;
    readonly action: 'terminate' | 'force-failover';
    readonly evidence: string;
    readonly reason: string;
  }): Promise<void>;
  /** Holds what Forge wrote before it was given up, and moves the bucket's position behind it, in one transaction. */
  strand(
    bucket: number,
    position: number,
    records: readonly Stranded[],
    who: string,
  ): Promise<void>;
  /** What Forge held has been looked at. `quarantined` stays while records are held. */
  endForced(who: string): Promise<void>;
}

/** A record that Forge wrote and nobody has brought back before Postgres was opened without it. */
export interface Stranded {
  readonly key: string;
  readonly bucket: number;
  readonly here: Held | null;
  readonly there: Held;
}

export interface OperationsSide extends SealingSide, ErasingSide, SurvivingSide {
  standing(): Promise<Standing>;
}

/** What finalize, erase, terminate and the forced failover of one tenant need. */
export interface OperationsContext extends HandoverContext {
  readonly operations: OperationsSide;
}
