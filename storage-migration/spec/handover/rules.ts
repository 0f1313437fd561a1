/**
 * What the protocol insists on, one line each. The model asks these questions; a mutant answers exactly one of them
 * wrongly. Names follow the steps of the code.
 */
export interface Rules {
  // --- forward: Postgres → Forge
  /** A send is applied only at the epoch of its snapshot. */
  readonly sendIsFenced: boolean;
  /** The epoch of a send is read in the same snapshot as the row. */
  readonly epochFromSnapshot: boolean;
  /** A send replaces only what is older. */
  readonly sendNewerOnly: boolean;
  /** A send also replaces what exists (insert-ignore would not). */
  readonly sendUpdates: boolean;
  /** A delete leaves a tombstone with its version. */
  readonly tombstones: boolean;
  /** A dirty mark stays until the send is acknowledged. */
  readonly dirtyUntilAcknowledged: boolean;
  /** An acknowledgement clears the mark only for the version it speaks of. */
  readonly acknowledgesVersion: boolean;
  /** An acknowledgement clears the mark only in its own incarnation. */
  readonly acknowledgesIncarnation: boolean;
  /** Nothing is acknowledged that the target does not hold. */
  readonly acknowledgesStored: boolean;
  // --- cut-over
  /** Closing the gate waits for open transactions. */
  readonly closeWaits: boolean;
  /** No flip while something is dirty. */
  readonly flipDrained: boolean;
  /** No flip before the backfill has passed every bucket. */
  readonly flipFilled: boolean;
  /** A flip is prepared only at a closed gate. */
  readonly flipAtClosedGate: boolean;
  /** A flip is a compare-and-set. */
  readonly flipIsConditional: boolean;
  // --- Forge writes and the way back
  /** A writer on Forge reads the head in the same round and names it in its condition. */
  readonly writerReadsHead: boolean;
  /** Versions come from the authority's own counter, not from clocks. */
  readonly versionsCounted: boolean;
  /** The log entry is written in the transaction of the write. */
  readonly logInTransaction: boolean;
  /** The reverse drain starts behind the flip, where log entries begin. */
  readonly reverseFromFlip: boolean;
  /** The position of a reverse batch is read before its records. */
  readonly reverseHeadFirst: boolean;
  /** A reverse batch keeps the version it brings and marks nothing dirty. */
  readonly reverseKeepsVersion: boolean;
  /** A reverse batch is applied only when it moves the bucket's position forward. */
  readonly reverseMovesForward: boolean;
  /** A reverse batch is applied only in the incarnation in which it was read: positions begin anew with the next one. */
  readonly reverseNamesIncarnation: boolean;
  /** A log entry goes only after its record has come back. */
  readonly trimAcknowledged: boolean;
  // --- converge
  /** Forge's writers are stopped before the drain: every F turns to D. */
  readonly turnBeforeRelease: boolean;
  /** A turn is a compare-and-set. */
  readonly turnIsConditional: boolean;
  /** A bucket goes back to Postgres only when it is drained. */
  readonly releaseDrained: boolean;
  /** Drained is what the head's position says, not what a query finds. */
  readonly drainByKeyedReads: boolean;
  /** Going back to Postgres consumes an epoch. */
  readonly releaseConsumesEpoch: boolean;
  /** A release is a compare-and-set. */
  readonly releaseIsConditional: boolean;
  /** A rollback and its abort consume epochs. */
  readonly rollbackConsumesEpoch: boolean;
  /** An abort of a rollback leaves the start of the log where it is. */
  readonly resumeKeepsStart: boolean;
  /** An abort of a rollback is a compare-and-set. */
  readonly resumeIsConditional: boolean;
  /** An abort opens the gate at a new epoch, unless no flip of its own epoch was ever made ready. */
  readonly abortConsumesEpoch: boolean;
  /** The gate opens only at a higher epoch than its own. */
  readonly openGoesUp: boolean;
  /** The gate opens only when every head was seen at exactly the new epoch. */
  readonly openSeesEveryHead: boolean;
  // --- seal: Forge becomes the only holder
  /** A seal is a compare-and-set. */
  readonly sealIsConditional: boolean;
  /** Only a bucket whose writes are all back in Postgres is sealed. */
  readonly sealDrained: boolean;
  /** A seal names the `seq` up to which its bucket was drained. */
  readonly sealNamesSeq: boolean;
  /** The first seal waits until every head is with Forge. */
  readonly sealSeesAllForge: boolean;
  /** Whoever converges and meets a sealed head stops: there is no way back any more. */
  readonly convergeStopsAtSealed: boolean;
  /** Beside a sealed head, one that a late rollback left with Postgres goes forward again. */
  readonly flipsBesideSealed: boolean;
  /** No move leaves a sealed head. */
  readonly sealedStays: boolean;
  /** A sealed head takes no send, however late. */
  readonly sealedIsFenced: boolean;
  /** Whoever writes leaves the log entry out only under its own bucket's seal. */
  readonly plainUnderOwnSeal: boolean;
  /** Log entries and tombstones are swept under a sealed head only. */
  readonly sweepsSealedOnly: boolean;
  // --- tombstones, wipe, erasure
  /** A tombstone is collected only under a newer epoch. */
  readonly collectOlderEpoch: boolean;
  /** While Postgres is the authority, a tombstone is collected only under the gate's epoch as well. */
  readonly collectBelowGate: boolean;
  /** A tombstone is collected only when the other side has it. */
  readonly collectAcknowledged: boolean;
  /** Collecting under F writes a log entry as well. */
  readonly collectLogs: boolean;
  /** A version row of a collected tombstone goes only while it is that version. */
  readonly forgetIsConditional: boolean;
  /** A wipe marks every key dirty. */
  readonly wipeMarksDirty: boolean;
  /** An erasure is reported only when both sides hold its tombstone, or something newer. */
  readonly erasureWaits: boolean;
}

/** The protocol as it is. */
export const RULES: Rules = {
  sendIsFenced: true,
  epochFromSnapshot: true,
  sendNewerOnly: true,
  sendUpdates: true,
  tombstones: true,
  dirtyUntilAcknowledged: true,
  acknowledgesVersion: true,
  acknowledgesIncarnation: true,
  acknowledgesStored: true,
  closeWaits: true,
  flipDrained: true,
  flipFilled: true,
  flipAtClosedGate: true,
  flipIsConditional: true,
  writerReadsHead: true,
  versionsCounted: true,
  logInTransaction: true,
  reverseFromFlip: true,
  reverseHeadFirst: true,
  reverseKeepsVersion: true,
  reverseMovesForward: true,
  reverseNamesIncarnation: true,
  trimAcknowledged: true,
  turnBeforeRelease: true,
  turnIsConditional: true,
  releaseDrained: true,
  drainByKeyedReads: true,
  releaseConsumesEpoch: true,
  releaseIsConditional: true,
  rollbackConsumesEpoch: true,
  resumeKeepsStart: true,
  resumeIsConditional: true,
  abortConsumesEpoch: true,
  openGoesUp: true,
  openSeesEveryHead: true,
  sealIsConditional: true,
  sealDrained: true,
  sealNamesSeq: true,
  sealSeesAllForge: true,
  convergeStopsAtSealed: true,
  flipsBesideSealed: true,
  sealedStays: true,
  sealedIsFenced: true,
  plainUnderOwnSeal: true,
  sweepsSealedOnly: true,
  collectOlderEpoch: true,
  collectBelowGate: true,
  collectAcknowledged: true,
  collectLogs: true,
  forgetIsConditional: true,
  wipeMarksDirty: true,
  erasureWaits: true,
};
