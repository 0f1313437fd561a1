import type { ClientBase, Pool } from 'pg';
import { z } from 'zod';
import { CONDITIONS, STAGES, type Scope } from '../terms.ts';

const schema = z.object({
  tenant: z.string(),
  grp: z.string(),
  cloud_id: z.string(),
  installation_id: z.string(),
  incarnation: z.number(),
  stage: z.enum(STAGES),
  condition: z.enum(CONDITIONS).nullable(),
  condition_reason: z.string().nullable(),
  layer_version: z.number(),
  mapv: z.number(),
  buckets: z.number(),
  hash_key: z.instanceof(Buffer),
  enrolled_at: z.date(),
  copied_at: z.date().nullable(),
  sealing_since: z.date().nullable(),
  swept_at: z.date().nullable(),
  forced_at: z.date().nullable(),
  /** Grows with every change of this row. A bigint, so the driver gives a string. */
  row_version: z.string(),
});

/** A scope as `mig_tenant` has it. */
export type TenantRow = z.infer<typeof schema>;

/** The row of a scope, or undefined when it was never enrolled. */
export async function readTenant(
  db: Pool | ClientBase,
  scope: Scope,
): Promise<TenantRow | undefined> {
  const found = await db.query('select * from mig_tenant where tenant = $1 and grp = $2', [
    scope.tenant,
    scope.group,
  ]);
  const row: unknown = found.rows[0];
  return row === undefined ? undefined : schema.parse(row);
}
