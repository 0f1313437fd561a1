import type { ClientBase } from 'pg';
import { chooseBuckets } from '../bucket/slot.ts';
import { LayerError } from '../errors.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { LAYER_VERSION } from '../terms.ts';
import { appendAudit } from './audit.ts';
import type { Enrolment } from './enrolment.ts';
import { readTenant } from './tenant-row.ts';

/**
 * The app was installed again after a terminated tenant: a new incarnation, in which nothing counts as acknowledged. Positions,
 * hashes and passes of the old one say nothing about the new target; versions go on, since the gate's epoch is above all of
 * them. Nothing happens for a scope that is not terminated or still has the same installation. Throws `incarnation.over`
 * when Postgres is not the surviving truth.
 */
export async function endTerminated(
  client: ClientBase,
  group: GroupDefinition,
  { tenant, cloudId, installationId, who }: Enrolment,
): Promise<void> {
  const scope = { tenant, group: group.group };
  const own = [tenant, group.group];
  await client.query('select 1 from mig_tenant where tenant = $1 and grp = $2 for update', own);
  const row = await readTenant(client, scope);
  if (row?.condition !== 'terminated' || row.installation_id === installationId) return;
  if (row.stage !== 'off') {
    throw new LayerError(
      'incarnation.over',
      `the data of ${tenant} went final in ${row.installation_id}`,
    );
  }
  const records = await client.query<{ count: string }>(
    'select count(*) from mig_ver where tenant = $1 and grp = $2',
    own,
  );
  await client.query(
    `update mig_tenant
     set installation_id = $3, cloud_id = $4, incarnation = incarnation + 1, condition = null,
         condition_reason = null, op_id = null, layer_version = $5, mapv = $6, buckets = $7, copied_at = null,
         sealing_since = null, swept_at = null, forced_at = null, row_version = row_version + 1
     where tenant = $1 and grp = $2`,
    [
      ...[...own, installationId, cloudId, LAYER_VERSION, group.mapping],
      chooseBuckets(Number(records.rows[0]?.count ?? 0)),
    ],
  );
  await client.query('delete from mig_racked where tenant = $1 and grp = $2', own);
  await client.query('delete from mig_look where tenant = $1 and grp = $2', own);
  await client.query('delete from mig_life where tenant = $1 and grp = $2', own);
  await client.query('delete from mig_set_aside where tenant = $1 and grp = $2', own);
  await client.query(
    `update mig_ver set h = null, h_epoch = null, h_n = null, h_mapv = null
     where tenant = $1 and grp = $2 and h_epoch is not null`,
    own,
  );
  const evidence = `incarnation ${row.incarnation + 1} in ${installationId}`;
  await appendAudit(client, { ...scope, who, action: 'reincarnate', to: 'off', evidence });
}
