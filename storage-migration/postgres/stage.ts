import type { Pool } from 'pg';
import type { Condition, Scope } from '../terms.ts';
import { appendAudit } from './audit.ts';
import { inTransaction } from './transaction.ts';

/**
 * Step `copied`: every bucket's backfill is done and no record is set aside, so the tenant goes on to `verify`. Returns
 * whether it moved. A record that Forge can't hold keeps the tenant in `copy`.
 */
export async function leaveCopy(pool: Pool, scope: Scope, who: string): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const moved = await client.query(
      `update mig_tenant t set stage = 'verify', copied_at = now(), row_version = row_version + 1
       where tenant = $1 and grp = $2 and stage = 'copy' and coalesce(condition, 'erasing') = 'erasing'
         and (select count(*) from mig_racked r where r.tenant = $1 and r.grp = $2 and r.bf_done) = t.buckets
         and not exists (select 1 from mig_set_aside s where s.tenant = $1 and s.grp = $2)`,
      [scope.tenant, scope.group],
    );
    if (moved.rowCount !== 1) return false;
    await appendAudit(client, { ...scope, who, action: 'copied', from: 'copy', to: 'verify' });
    return true;
  });
}

/** A record set aside after the copy sends the tenant back: it can't be called complete. Returns whether it moved. */
export async function returnToCopy(pool: Pool, scope: Scope, who: string): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const moved = await client.query(
      `update mig_tenant set stage = 'copy', row_version = row_version + 1
       where tenant = $1 and grp = $2 and stage = 'verify'
         and exists (select 1 from mig_set_aside s where s.tenant = $1 and s.grp = $2)`,
      [scope.tenant, scope.group],
    );
    if (moved.rowCount !== 1) return false;
    const reason = 'a record that Forge can not hold appeared';
    await appendAudit(client, {
      ...scope,
      who,
      action: 'return',
      from: 'verify',
      to: 'copy',
      reason,
    });
    return true;
  });
}

/** Puts a condition beside the stage, or takes it away with null. The reason is always stored and shown. */
export async function setCondition(
  pool: Pool,
  scope: Scope,
  condition: Condition | null,
  reason: string,
  who: string,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(
      `update mig_tenant set condition = $3, condition_reason = $4, row_version = row_version + 1
       where tenant = $1 and grp = $2`,
      [scope.tenant, scope.group, condition, condition === null ? null : reason],
    );
    await appendAudit(client, { ...scope, who, action: condition ?? 'clear', reason });
  });
}
