import type { Victims } from './chaos.ts';

/** What `--json` prints as its last line. */
export interface HeadlessResult {
  linked: boolean;
  /** Independent channels that agree on the link. */
  channels: number;
  records: number;
  copied: number;
  /** Found by the layer's own verification. */
  differences: number;
  setAside: number;
  /** Requests that the app answered with success, in the whole run. */
  writesAcknowledged: number;
  /** Saved states that one of the two stores lacks after the copy. */
  writesMissing: number;
  /** Deleted lists that are readable again, at any of the comparisons. */
  resurrected: number;
  /** Write units the copy used in Forge, heads and live pushes included. */
  unitsUsed: number;
  /** Units that a single, perfectly packed copy of what is stored would cost. */
  unitsIdeal: number;
  /** From the upgrade to the end of the verification. */
  seconds: number;
  /** How long nobody could write at the first cut-over; null when the run ended before, or was killed in the middle of it. */
  freezeMs: number | null;
  /** The same for the rollback. */
  rollbackMs: number | null;
  /** Saved states that Postgres lacks after the rollback. */
  afterRollbackMissing: number | null;
  /** Saved states that Forge lacks, or one of the panels does not show, when Forge is the only holder. */
  afterFinalMissing: number | null;
  /** Requests that waited ten seconds for a hand-over and were told to try again. */
  parkedTooLong: number;
  /** Processes killed with SIGKILL by `--chaos`, by name. */
  killed: Readonly<Record<Victims, number>>;
  /** Whether the run goes on with what a killed one has left. */
  resumed: boolean;
}
