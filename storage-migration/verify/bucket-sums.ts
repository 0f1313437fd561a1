import { slotsOf } from '../bucket/slot.ts';
import { EMPTY_DIGEST, type Hash } from '../bucket/digest.ts';
import type { Version } from '../terms.ts';
import type { VerifyContext } from './verify-context.ts';

/** One bucket as Postgres sees it. */
export interface BucketSum {
  readonly live: number;
  readonly digest: Hash;
  /** Rows whose hash is not of their present version. */
  readonly stale: number;
  /** Versions the target has not acknowledged, set-aside ones included. */
  readonly dirty: number;
  /** Epoch and `seq` of the newest head that an acknowledgement came with. A head that is older lacks what was acknowledged. */
  readonly seen: Version;
}

/** Count and digest of these buckets in one statement, so that both are of one snapshot. */
export async function bucketSums(
  context: VerifyContext,
  buckets: readonly number[],
): Promise<ReadonlyMap<number, BucketSum>> {
  const { pool, scope, group, send } = context;
  const found = await pool.query<{
    bucket: number;
    live: string;
    digest: string | null;
    stale: string;
    dirty: string;
    seen_epoch: number;
    seen_seq: string;
  }>(
    `with sums as (
       select v.slot % $4 as bucket,
              count(*) filter (where not v.deleted) as live,
              bit_xor(v.h)::text as digest,
              count(*) filter (where v.h is null or v.h_epoch <> v.epoch or v.h_n <> v.n or v.h_mapv <> $5) as stale,
              count(d.key) as dirty
       from mig_ver v left join mig_dirty d using (tenant, grp, key)
       where v.tenant = $1 and v.grp = $2 and v.slot = any($3)
       group by 1)
     select b.bucket, coalesce(s.live, 0) as live, s.digest, coalesce(s.stale, 0) as stale,
            coalesce(s.dirty, 0) as dirty, coalesce(r.seen_epoch, 0) as seen_epoch, coalesce(r.seen_seq, 0) as seen_seq
     from unnest($6::int[]) as b(bucket) left join sums s using (bucket)
     left join mig_racked r on r.tenant = $1 and r.grp = $2 and r.bucket = b.bucket`,
    [
      scope.tenant,
      scope.group,
      buckets.flatMap((bucket) => slotsOf(bucket, send.scope.buckets)),
      send.scope.buckets,
      group.mapping,
      buckets,
    ],
  );
  return new Map(
    found.rows.map((row) => [
      row.bucket,
      {
        live: Number(row.live),
        digest: row.digest === null ? EMPTY_DIGEST : bitsToHex(row.digest),
        stale: Number(row.stale),
        dirty: Number(row.dirty),
        seen: { e: row.seen_epoch, n: Number(row.seen_seq) },
      },
    ]),
  );
}

/** Postgres writes a bit string as zeros and ones. */
export function bitsToHex(bits: string): string {
  return BigInt(`0b${bits}`).toString(16).padStart(32, '0');
}
