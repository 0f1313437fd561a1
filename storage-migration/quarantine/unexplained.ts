import type { Head } from '../bucket/head.ts';
import { keyTag, Sketch, symbolOf } from '../bucket/sketch.ts';
import { slotsOf } from '../bucket/slot.ts';
import { EMPTY_DIGEST } from '../bucket/digest.ts';
import { bitsToHex } from '../verify/bucket-sums.ts';
import type { VerifyContext } from '../verify/verify-context.ts';

/** What Forge holds otherwise than Postgres last knew it to hold, in some buckets. */
export interface Unexplained {
  /** Keys that Postgres knows. */
  readonly keys: ReadonlySet<string>;
  /** Tags of records that Postgres does not know at all. */
  readonly tags: ReadonlySet<string>;
  /** A sketch could not name everything: there may be more records that Postgres does not know. */
  readonly isOverflowing: boolean;
}

/**
 * Compares the heads with the sums of what was **last acknowledged** (not of what is there now): equal means that Forge
 * holds exactly what Postgres knows it to hold, whatever is dirty. Unequal happens in a healthy tenant too, for what was sent
 * and not acknowledged yet; the caller looks at each record. `sides`: what Forge has and Postgres did not know of, or also
 * what Postgres knew of and Forge has no more.
 */
export async function unexplained(
  context: VerifyContext,
  heads: ReadonlyMap<number, Head>,
  sides: 'forge' | 'both' = 'forge',
): Promise<Unexplained> {
  const { pool, scope, send } = context;
  const found = await pool.query<{ bucket: number; digest: string | null }>(
    `select slot % $3 as bucket, bit_xor(h)::text as digest
     from mig_ver where tenant = $1 and grp = $2 group by 1`,
    [scope.tenant, scope.group, send.scope.buckets],
  );
  const digests = new Map(found.rows.map(({ bucket, digest }) => [bucket, digest]));
  const keys = new Set<string>();
  const tags = new Set<string>();
  let isOverflowing = false;
  for (const [bucket, head] of heads) {
    const digest = digests.get(bucket) ?? null;
    if (head.dg === (digest === null ? EMPTY_DIGEST : bitsToHex(digest))) continue;
    const known = await lastAcknowledged(context, bucket);
    const keyOf = new Map([...known.keys()].map((key) => [keyTag(key), key]));
    const ours = Sketch.empty(head.sk.capacity).toggled(
      [...known].flatMap(([key, h]) => (h === null ? [] : [symbolOf(key, h)])),
    );
    const difference = ours.minus(head.sk);
    if (!difference.complete) {
      isOverflowing = true;
      for (const key of known.keys()) keys.add(key);
      continue;
    }
    for (const { keyTag: tag, versionTag } of difference.symbols) {
      const key = keyOf.get(tag);
      const isOurs = key !== undefined && known.get(key)?.startsWith(versionTag) === true;
      if (key === undefined) tags.add(tag);
      else if (!isOurs || sides === 'both') keys.add(key);
    }
  }
  return { keys, tags, isOverflowing };
}

/** Every key of the bucket, with the hash of the version that Forge last acknowledged. */
async function lastAcknowledged(
  { pool, scope, send }: VerifyContext,
  bucket: number,
): Promise<ReadonlyMap<string, string | null>> {
  const found = await pool.query<{ key: string; h: string | null }>(
    `select key, h::text as h from mig_ver where tenant = $1 and grp = $2 and slot = any($3)`,
    [scope.tenant, scope.group, slotsOf(bucket, send.scope.buckets)],
  );
  return new Map(found.rows.map(({ key, h }) => [key, h === null ? null : bitsToHex(h)]));
}
