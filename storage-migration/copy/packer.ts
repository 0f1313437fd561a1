/** Limits of one transaction (`storage-reference/transactions`): 25 operations, 4 MB; one operation is the head. */
export const MAX_RECORD_OPERATIONS = 24;
export const MAX_TRANSACTION_BYTES = 4_000_000;

/**
 * What one record adds to a transaction. A delete and a re-creation over a tombstone are two operations, and each part of
 * the record that is replaced is one more. Of a record in parts only the pointer counts: its parts have gone ahead.
 */
export interface Parcel {
  readonly operations: number;
  readonly bytes: number;
}

export interface PackingOptions {
  /** Bytes of a transaction without any record: the head's operation and the frame. */
  readonly overhead: number;
  /** Bytes that one unit of quota pays for. */
  readonly unitBytes: number;
  /** Operations that are taken already, beside the one head every transaction has. Default 0. */
  readonly operations?: number;
}

/** Units a request of this size costs: its whole size, rounded up. */
export function unitsOf(bytes: number, unitBytes: number): number {
  return Math.max(1, Math.ceil(bytes / unitBytes));
}

/**
 * How many of the first parcels go into the next transaction. A request costs its size rounded up to 10 KB, so the best
 * count lies just under a multiple of that; among equally good ones the larger wins. Returns at least 1 when there is a
 * parcel: one that is larger than a transaction may be is sent alone and refused by name, never dropped.
 */
export function packNext(parcels: readonly Parcel[], options: PackingOptions): number {
  let best = { count: Math.min(1, parcels.length), share: 0 };
  let operations = options.operations ?? 0;
  let bytes = 0;
  for (const [index, parcel] of parcels.entries()) {
    operations += parcel.operations;
    bytes += parcel.bytes;
    const total = bytes + options.overhead;
    if (operations > MAX_RECORD_OPERATIONS || total > MAX_TRANSACTION_BYTES) break;
    const share = bytes / (unitsOf(total, options.unitBytes) * options.unitBytes);
    // Half a per cent is not worth a shorter transaction: each one carries a head.
    if (share >= best.share - 0.005)
      best = { count: index + 1, share: Math.max(share, best.share) };
  }
  return best.count;
}
