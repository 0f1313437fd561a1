import type { Pool } from 'pg';
import type { Scope } from '../terms.ts';

/** Up to which `seq` each bucket has come back from Forge. */
export async function positionsOf(
  pool: Pool,
  { tenant, group }: Scope,
): Promise<ReadonlyMap<number, number>> {
  const found = await pool.query<{ bucket: number; seq: string }>(
    'select bucket, seq from mig_racked where tenant = $1 and grp = $2',
    [tenant, group],
  );
  return new Map(found.rows.map(({ bucket, seq }) => [bucket, Number(seq)]));
}
