import { slotsOf } from '../bucket/slot.ts';
import type { VerifyContext } from './verify-context.ts';

/**
 * The transaction from which on a reading of this bucket that begins now may miss a version: everything older is committed
 * and visible, and is not waiting to be sent either. As text, because it has 64 bits.
 */
export async function bucketHorizon(context: VerifyContext, bucket: number): Promise<string> {
  const { pool, scope, send } = context;
  const found = await pool.query<{ horizon: string }>(
    `select least(pg_snapshot_xmin(pg_current_snapshot())::text::numeric,
              (select min(v.xact::text::numeric) from mig_dirty d join mig_ver v using (tenant, grp, key)
               where d.tenant = $1 and d.grp = $2 and v.slot = any($3)))::text as horizon`,
    [scope.tenant, scope.group, slotsOf(bucket, send.scope.buckets)],
  );
  return found.rows[0]?.horizon ?? '0';
}
