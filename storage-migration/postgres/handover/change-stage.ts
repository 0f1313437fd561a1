import type { ClientBase } from 'pg';
import { LayerError } from '../../errors.ts';
import type { StageChange } from '../../handover/postgres-side.ts';
import type { Scope, Stage } from '../../terms.ts';
import { appendAudit } from '../audit.ts';

/** See `PostgresSide.changeStage`. Runs in the caller's transaction. */
export async function changeStage(
  client: ClientBase,
  { tenant, group }: Scope,
  change: StageChange,
): Promise<string> {
  const { from, to, who, action, evidence, reason } = change;
  const found = await client.query<{
    stage: Stage;
    condition: string | null;
    op_id: string | null;
    sealing: boolean;
  }>(
    `select stage, condition, op_id, sealing_since is not null as sealing
     from mig_tenant where tenant = $1 and grp = $2 for update`,
    [tenant, group],
  );
  const row = found.rows[0];
  const isHeld = row?.condition !== null && change.despiteCondition !== true;
  if (row === undefined || isHeld || !from.includes(row.stage)) {
    const where = row === undefined ? 'not enrolled' : `${row.stage} ${row.condition ?? ''}`.trim();
    throw new LayerError(
      'stage.unexpected',
      `${action} starts from ${from.join(' or ')}; the tenant is ${where}`,
    );
  }
  if (row.sealing && to === 'rewinding') {
    throw new LayerError('head.sealed', `${action} is too late: finalize has begun`);
  }
  if (change.operation !== undefined && change.operation !== row.op_id) {
    throw new LayerError('stage.unexpected', `${action} was overtaken by another operation`);
  }
  const changed = await client.query<{ op_id: string }>(
    `update mig_tenant
     set stage = $3, sealing_since = case when $3 = 'verify' then null else sealing_since end,
         op_id = coalesce($4::uuid, gen_random_uuid()), row_version = row_version + 1
     where tenant = $1 and grp = $2 returning op_id`,
    [tenant, group, to, change.operation ?? null],
  );
  await appendAudit(client, {
    ...{ tenant, group, who, action, from: row.stage, to },
    ...(evidence === undefined ? {} : { evidence }),
    ...(reason === undefined ? {} : { reason }),
  });
  return changed.rows[0]?.op_id ?? '';
}
