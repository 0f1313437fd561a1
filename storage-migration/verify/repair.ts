import { LayerError } from '../errors.ts';
import { appendAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { Scope } from '../terms.ts';
import type { Pool } from 'pg';

export interface RepairContext {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
}

export interface RepairOptions {
  readonly keys: readonly string[];
  readonly who: string;
  readonly reason: string;
  /** The gate's epoch in the plan. */
  readonly expectEpoch: number;
}

/** Keys of one repair. */
const MOST = 10_000;

/** Records that the last verification found broken where the source is right: what `repair` can put right. */
export async function findBroken({ pool, scope }: RepairContext): Promise<readonly string[]> {
  const found = await pool.query<{ key: string }>(
    `select d.key from mig_difference d
     where d.class = 'corrupt' and d.pass_id = (
       select pass_id from mig_pass
       where tenant = $1 and grp = $2 and result = 'different' and not repaired
       order by ended desc limit 1)
     order by d.key`,
    [scope.tenant, scope.group],
  );
  return found.rows.map(({ key }) => key);
}

/**
 * Gives records a new version without changing them, so that they are sent again: the apply rule would refuse an equal one.
 * Only while Postgres is the authority, which is then by definition right. All or nothing, and in the same transaction every
 * verification is void: what broke a record once may break it again, so it has to be looked at anew. Returns how many.
 * Throws `restore.not_authority` and `plan.stale`.
 */
export async function repair(context: RepairContext, options: RepairOptions): Promise<number> {
  const { pool, scope } = context;
  const { keys, who, reason, expectEpoch } = options;
  if (keys.length > MOST) throw new RangeError(`${keys.length} keys; ${MOST} are taken at once`);
  return inTransaction(pool, async (client) => {
    const gate = await client.query<{ gate: string; epoch: number }>(
      'select gate, epoch from mig_gate where tenant = $1 and grp = $2',
      [scope.tenant, scope.group],
    );
    const row = gate.rows[0];
    if (row?.gate !== 'open') {
      throw new LayerError('restore.not_authority', 'Postgres takes no writes now');
    }
    if (row.epoch !== expectEpoch) {
      throw new LayerError(
        'plan.stale',
        `the plan is for epoch ${expectEpoch}, it is ${row.epoch}`,
      );
    }
    // In key order, as every transaction that touches several records.
    const touched = await client.query(
      `select mig_touch(v.tenant, v.grp, v.key, v.deleted)
       from (select * from mig_ver where tenant = $1 and grp = $2 and key = any($3) order by key) v`,
      [scope.tenant, scope.group, keys],
    );
    await client.query('select mig_void_passes($1, $2)', [scope.tenant, scope.group]);
    const repaired = touched.rowCount ?? 0;
    await appendAudit(client, {
      ...{ ...scope, who, action: 'repair', reason },
      evidence: `${repaired} records`,
    });
    return repaired;
  });
}
