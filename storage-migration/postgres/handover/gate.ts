import type { ClientBase, Pool } from 'pg';
import type { Gate } from '../../handover/postgres-side.ts';
import type { Scope } from '../../terms.ts';
import { inTransaction } from '../transaction.ts';

/** SQLSTATE of a lock that was not had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** See `PostgresSide.readGate`. */
export async function readGate(pool: Pool, { tenant, group }: Scope): Promise<Gate> {
  const found = await pool.query<{ gate: string; epoch: number }>(
    'select gate, epoch from mig_gate where tenant = $1 and grp = $2',
    [tenant, group],
  );
  const row = found.rows[0];
  return { isOpen: row?.gate !== 'closed', epoch: row?.epoch ?? 1 };
}

/** See `PostgresSide.closeGate`. */
export async function closeGate(
  pool: Pool,
  { tenant, group }: Scope,
  epoch: number,
  waitMs: number,
): Promise<boolean> {
  try {
    return await inTransaction(pool, async (client) => {
      await client.query(`select set_config('lock_timeout', $1, true)`, [`${waitMs}ms`]);
      const closed = await client.query<{ closed: boolean }>(
        'select mig_close_gate($1, $2, $3) as closed',
        [tenant, group, epoch],
      );
      return closed.rows[0]?.closed === true;
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

/** See `PostgresSide.openGate`. */
export async function openGate(
  db: Pool | ClientBase,
  { tenant, group }: Scope,
  epoch: number,
): Promise<boolean> {
  const opened = await db.query<{ opened: boolean }>('select mig_open_gate($1, $2, $3) as opened', [
    tenant,
    group,
    epoch,
  ]);
  return opened.rows[0]?.opened === true;
}

/** See `PostgresSide.reopenGate`. */
export async function reopenGate(
  pool: Pool,
  { tenant, group }: Scope,
  epoch: number,
  operation: string,
): Promise<boolean> {
  const reopened = await pool.query<{ reopened: boolean }>(
    'select mig_reopen_gate($1, $2, $3, $4) as reopened',
    [tenant, group, epoch, operation],
  );
  return reopened.rows[0]?.reopened === true;
}
