import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { chooseBuckets } from '../bucket/slot.ts';
import { createHead } from '../copy/create-head.ts';
import type { SendContext } from '../copy/send-context.ts';
import { LayerError } from '../errors.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { LAYER_VERSION } from '../terms.ts';
import { appendAudit } from './audit.ts';
import { endTerminated } from './reincarnate.ts';
import { countUnseeded } from './seed.ts';
import { readTenant, type TenantRow } from './tenant-row.ts';
import { inTransaction } from './transaction.ts';
import type { Enrolment } from './enrolment.ts';

/**
 * First half of enrolment: the scope's row, still in stage `off`. Idempotent. A terminated scope begins a new incarnation in
 * another installation. Throws `enrol.not_seeded` while rows lack a version, `enrol.other_installation` when the scope already
 * belongs to another target, and `incarnation.over` when its data went final in an installation that is gone.
 */
export async function register(
  pool: Pool,
  group: GroupDefinition,
  enrolment: Enrolment,
): Promise<TenantRow> {
  const { tenant, cloudId, installationId, who } = enrolment;
  const unseeded = await countUnseeded(pool, tenant, group.group);
  if (unseeded.rowsWithoutVersion + unseeded.versionsWithoutRow > 0) {
    throw new LayerError(
      'enrol.not_seeded',
      `${unseeded.rowsWithoutVersion} rows have no version and ${unseeded.versionsWithoutRow} versions no row`,
    );
  }
  await inTransaction(pool, async (client) => {
    await client.query(
      'insert into mig_gate (tenant, grp) values ($1, $2) on conflict do nothing',
      [tenant, group.group],
    );
    const owner = await client.query<{ tenant: string }>(
      'select tenant from mig_tenant where installation_id = $1 and grp = $2 and tenant <> $3',
      [installationId, group.group, tenant],
    );
    if (owner.rows[0] !== undefined) {
      throw new LayerError(
        'enrol.other_installation',
        `installation ${installationId} already belongs to tenant ${owner.rows[0].tenant}`,
      );
    }
    await endTerminated(client, group, enrolment);
    const records = await client.query<{ count: string }>(
      'select count(*) from mig_ver where tenant = $1 and grp = $2',
      [tenant, group.group],
    );
    const made = await client.query(
      `insert into mig_tenant
         (tenant, grp, cloud_id, installation_id, layer_version, mapv, buckets, hash_key)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (tenant, grp) do nothing`,
      [
        tenant,
        group.group,
        cloudId,
        installationId,
        LAYER_VERSION,
        group.mapping,
        chooseBuckets(Number(records.rows[0]?.count ?? 0)),
        randomBytes(32),
      ],
    );
    if (made.rowCount === 1) {
      await appendAudit(client, { tenant, group: group.group, who, action: 'register', to: 'off' });
    }
  });
  const row = await readTenant(pool, { tenant, group: group.group });
  if (row?.installation_id !== installationId) {
    throw new LayerError(
      'enrol.other_installation',
      `the scope belongs to installation ${row?.installation_id ?? 'none'}, not to ${installationId}`,
    );
  }
  if (row.layer_version !== LAYER_VERSION || row.mapv !== group.mapping) {
    throw new LayerError(
      'layer.version_mismatch',
      `the scope was enrolled with layer ${row.layer_version}, mapping ${row.mapv}; this process has ${LAYER_VERSION} and ${group.mapping}`,
    );
  }
  return row;
}

/**
 * Second half, step `enrol`: a head for every bucket at the gate's epoch, each created only if it does not exist, then stage
 * `copy`. Buckets that have no record yet begin with their backfill done: whatever comes later is dirty and travels by
 * push. A killed enrolment is simply run again. Throws `enrol.foreign_head` when the target holds heads of another run.
 */
export async function enrol(
  pool: Pool,
  context: SendContext,
  row: TenantRow,
  who: string,
): Promise<void> {
  const scope = { tenant: row.tenant, group: row.grp };
  const gate = await pool.query<{ epoch: number }>(
    'select epoch from mig_gate where tenant = $1 and grp = $2',
    [row.tenant, row.grp],
  );
  const epoch = gate.rows[0]?.epoch ?? 1;
  const filled = await pool.query<{ bucket: number }>(
    'select distinct slot % $3 as bucket from mig_ver where tenant = $1 and grp = $2',
    [row.tenant, row.grp, row.buckets],
  );
  const occupied = new Set(filled.rows.map((found) => found.bucket));
  const lane = async (first: number): Promise<void> => {
    for (let bucket = first; bucket < row.buckets; bucket += LANES) {
      await makeHead(pool, context, row, { epoch, bucket, isOccupied: occupied.has(bucket) });
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, i) => lane(i)));
  await inTransaction(pool, async (client) => {
    const moved = await client.query(
      `update mig_tenant set stage = 'copy', enrolled_at = now(), row_version = row_version + 1
       where tenant = $1 and grp = $2 and stage = 'off' and installation_id = $3
         and condition is distinct from 'terminated'`,
      [row.tenant, row.grp, row.installation_id],
    );
    if (moved.rowCount === 1) {
      await appendAudit(client, { ...scope, who, action: 'enrol', from: 'off', to: 'copy' });
    }
  });
}

/** Heads created at once. */
const LANES = 8;

async function makeHead(
  pool: Pool,
  context: SendContext,
  row: TenantRow,
  {
    epoch,
    bucket,
    isOccupied,
  }: { readonly epoch: number; readonly bucket: number; readonly isOccupied: boolean },
): Promise<void> {
  const found = await createHead(context, bucket, { epoch, isOccupied });
  await pool.query(
    `insert into mig_racked (tenant, grp, bucket, seen_epoch, seen_seq, bf_done)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [row.tenant, row.grp, bucket, found.epoch, found.seq, found.bf.at === 'end'],
  );
}
