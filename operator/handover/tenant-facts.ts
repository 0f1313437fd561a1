import { LayerError, type Scope } from 'crossgrade';
import { readTenant, type TenantRow } from 'crossgrade/postgres';
import type { ClientBase, Pool } from 'pg';

/** What a plan was made for. */
export interface TenantFacts {
  readonly row: TenantRow;
  /** The gate's epoch: it grows with every change of authority that ends at Postgres. */
  readonly epoch: number;
  readonly rowVersion: string;
}

/** Reads them. Throws `stage.unexpected` for a tenant that was never enrolled. */
export async function readFacts(db: Pool | ClientBase, scope: Scope): Promise<TenantFacts> {
  const row = await readTenant(db, scope);
  const more = await db.query<{ epoch: number; row_version: string }>(
    `select coalesce(g.epoch, 1) as epoch, t.row_version from mig_tenant t
     left join mig_gate g using (tenant, grp) where t.tenant = $1 and t.grp = $2`,
    [scope.tenant, scope.group],
  );
  const found = more.rows[0];
  if (row === undefined || found === undefined) {
    throw new LayerError('stage.unexpected', `${scope.tenant} is not enrolled`);
  }
  return { row, epoch: found.epoch, rowVersion: found.row_version };
}

/** The gate's epoch of a tenant that may have no row yet. */
export async function readEpoch(db: Pool | ClientBase, scope: Scope): Promise<number> {
  const found = await db.query<{ epoch: number }>(
    'select epoch from mig_gate where tenant = $1 and grp = $2',
    [scope.tenant, scope.group],
  );
  return found.rows[0]?.epoch ?? 1;
}
