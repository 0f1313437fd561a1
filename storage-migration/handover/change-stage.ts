import type { ClientBase, Pool } from 'pg';
import { LayerError } from '../errors.ts';
import { appendAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { Scope, Stage } from '../terms.ts';

export interface StageChange extends Scope {
  readonly from: readonly Stage[];
  readonly to: Stage;
  readonly who: string;
  readonly action: string;
  readonly evidence?: string;
  readonly reason?: string;
  /** The tenant may be changed although a condition stands beside its stage: only ways back may. (Default: false) */
  readonly despiteCondition?: boolean;
}

/**
 * Moves a tenant to another stage, with its audit row in the same transaction. The heads stay the truth about authority: the
 * stage follows them. Throws `stage.unexpected` when the tenant is in none of the stages this step starts from.
 */
export async function changeStage(pool: Pool, change: StageChange): Promise<void> {
  await inTransaction(pool, (client) => changeStageIn(client, change));
}

async function changeStageIn(client: ClientBase, change: StageChange): Promise<void> {
  const { tenant, group, from, to, who, action, evidence, reason } = change;
  const found = await client.query<{ stage: Stage; condition: string | null }>(
    'select stage, condition from mig_tenant where tenant = $1 and grp = $2 for update',
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
  await client.query(
    `update mig_tenant set stage = $3, row_version = row_version + 1 where tenant = $1 and grp = $2`,
    [tenant, group, to],
  );
  await appendAudit(client, {
    ...{ tenant, group, who, action, from: row.stage, to },
    ...(evidence === undefined ? {} : { evidence }),
    ...(reason === undefined ? {} : { reason }),
  });
}
