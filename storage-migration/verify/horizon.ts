import type { VerifyContext } from './verify-context.ts';

/**
 * The transaction from which on a reading of this bucket that begins now may miss a version: everything older is committed
 * and visible, and is not waiting to be sent either. As text, because it has 64 bits.
 */
export async function bucketHorizon(context: VerifyContext, bucket: number): Promise<string> {
  return (await bucketHorizons(context, [bucket])).get(bucket) ?? '0';
}

/** The horizons of several buckets as of one moment, by bucket. */
export async function bucketHorizons(
  { pool, scope, send }: VerifyContext,
  buckets: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const found = await pool.query<{ bucket: number; horizon: string }>(
    `with waiting as (
       select v.slot % $4 as bucket, min(v.xact::text::numeric) as xact
       from mig_dirty d join mig_ver v using (tenant, grp, key)
       where d.tenant = $1 and d.grp = $2 and v.slot % $4 = any($3)
       group by 1)
     select b.bucket, least(pg_snapshot_xmin(pg_current_snapshot())::text::numeric, w.xact)::text as horizon
     from unnest($3::int[]) as b(bucket) left join waiting w on w.bucket = b.bucket`,
    [scope.tenant, scope.group, buckets, send.scope.buckets],
  );
  return new Map(found.rows.map(({ bucket, horizon }) => [bucket, horizon]));
}
