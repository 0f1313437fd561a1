import type { Pool } from 'pg';
import { slotsOf } from '../../bucket/slot.ts';
import { LayerError } from '../../errors.ts';
import type { SealingSide } from '../../handover/operations-side.ts';
import type { Scope } from '../../terms.ts';
import { appendAudit } from '../audit.ts';
import { readTenant } from '../tenant-row.ts';
import { inTransaction } from '../transaction.ts';

/** See `SealingSide`. */
export function sealingSide(pool: Pool, scope: Scope, buckets: number): SealingSide {
  const own = [scope.tenant, scope.group];
  return {
    beginSealing: (who, reason) =>
      inTransaction(pool, async (client) => {
        await client.query(
          'select 1 from mig_tenant where tenant = $1 and grp = $2 for update',
          own,
        );
        const row = await readTenant(client, scope);
        if (row?.sealing_since != null) return;
        if (row?.stage !== 'settled' || row.condition !== null) {
          throw new LayerError(
            'stage.unexpected',
            `finalize starts from settled; the tenant is ${row?.stage ?? 'not enrolled'} ${row?.condition ?? ''}`.trim(),
          );
        }
        await client.query(
          `update mig_tenant set sealing_since = now(), op_id = gen_random_uuid(), row_version = row_version + 1
           where tenant = $1 and grp = $2`,
          own,
        );
        await appendAudit(client, { ...scope, who, action: 'finalize', from: 'settled', reason });
      }),
    async unswept() {
      const found = await pool.query<{ bucket: number }>(
        `select bucket from mig_racked where tenant = $1 and grp = $2 and swept_at is null order by bucket`,
        own,
      );
      return found.rows.map(({ bucket }) => bucket);
    },
    async tombstones(bucket, limit) {
      const found = await pool.query<{ key: string }>(
        `select key from mig_ver v where tenant = $1 and grp = $2 and slot = any($3) and deleted
           and ${NOT_WATCHED} order by key limit $4`,
        [...own, slotsOf(bucket, buckets), limit],
      );
      return found.rows.map(({ key }) => key);
    },
    async forget(keys) {
      await pool.query(
        `delete from mig_ver v where tenant = $1 and grp = $2 and key = any($3) and deleted and ${NOT_WATCHED}`,
        [...own, keys],
      );
    },
    async noteSwept(bucket) {
      await pool.query(
        'update mig_racked set swept_at = now() where tenant = $1 and grp = $2 and bucket = $3',
        [...own, bucket],
      );
    },
    endSweep: (who) =>
      inTransaction(pool, async (client) => {
        const ended = await client.query(
          `update mig_tenant set swept_at = now(), row_version = row_version + 1
           where tenant = $1 and grp = $2 and stage = 'final' and swept_at is null`,
          own,
        );
        if (ended.rowCount !== 1) return;
        await client.query('delete from mig_dirty where tenant = $1 and grp = $2', own);
        await appendAudit(client, { ...scope, who, action: 'swept' });
      }),
  };
}

/** An erasure's report reads the version row of its delete. */
const NOT_WATCHED = `not exists (
  select 1 from mig_erasure_key k join mig_erasure e using (erasure_id)
  where e.tenant = v.tenant and e.grp = v.grp and e.reported is null and k.key = v.key)`;
