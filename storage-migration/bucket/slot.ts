import { createHash } from 'node:crypto';

/** The largest number of buckets; every smaller one is a power of two, so it divides this. */
export const SLOTS = 4_096;

/** First four bytes of SHA-256 of the key, unsigned, modulo 4,096. `mig_slot` in SQL computes the same. */
export function slotOf(key: string): number {
  return createHash('sha256').update(key, 'utf8').digest().readUInt32BE(0) % SLOTS;
}

/** The bucket of a slot among `buckets` (a power of two up to 4,096). */
export function bucketOf(slot: number, buckets: number): number {
  return slot % buckets;
}

/** All slots of one bucket, ascending: what an index range over (slot, key) is read by. */
export function slotsOf(bucket: number, buckets: number): number[] {
  return Array.from({ length: SLOTS / buckets }, (_, i) => bucket + i * buckets);
}

/**
 * How many buckets a tenant with `records` records gets. Few buckets leave few half-full last transactions, many keep a
 * bucket small enough to read again when its sketch overflows: at most about 2,000 records a bucket, up to the maximum.
 */
export function chooseBuckets(records: number): number {
  for (let buckets = 64; buckets < SLOTS; buckets *= 2) {
    if (records <= buckets * 2_000) return buckets;
  }
  return SLOTS;
}
