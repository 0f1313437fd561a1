import type { Cursor } from '../bucket/position.ts';
import type { VersionedRow } from '../record/outgoing.ts';

/** Rows of one bucket with the epoch they were read at, all from **one** snapshot. */
export interface Slice {
  readonly epoch: number;
  readonly rows: readonly VersionedRow[];
  /** Whether the bucket has no further rows behind these. */
  readonly last: boolean;
}

/** Where records come from. The Postgres one is `postgres/record-reader.ts`; benchmarks make their own. */
export interface SliceReader {
  /** The next rows of a bucket after the cursor, in bucket order. */
  after(bucket: number, cursor: Cursor, limit: number): Promise<Slice>;
}

/** Where outcomes go. */
export interface Ledger {
  /**
   * Step `ack`: the target holds at least these versions. Clears a dirty mark only if it still names exactly this version
   * and the incarnation is the same. Returns how many marks it cleared: a row that a user has open keeps its mark.
   */
  acknowledge(bucket: number, items: readonly Acknowledged[], head: Seen): Promise<number>;
  /** Versions as they are in Postgres now, of the keys it knows. Absent: whoever keeps no versions can't have gone back. */
  present?(
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly e: number; readonly n: number }>>;
  /** Names records that Forge can't hold; their dirty marks stay. */
  setAside(
    items: readonly {
      key: string;
      version: { e: number; n: number };
      code: string;
      reason: string;
    }[],
  ): Promise<void>;
}

export interface Acknowledged {
  readonly key: string;
  readonly version: { readonly e: number; readonly n: number };
  readonly hash: string;
}

/** The register and cursor as just seen, for `mig_racked`. */
export interface Seen {
  readonly epoch: number;
  readonly seq: number;
  readonly cursor: Cursor;
}
