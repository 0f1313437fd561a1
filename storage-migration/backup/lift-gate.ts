import type { Head } from '../bucket/head.ts';
import { readHeads } from '../copy/read-heads.ts';
import { unreachable } from '../copy/insist.ts';
import { LayerError } from '../errors.ts';
import { moveHeads } from '../handover/move-heads.ts';
import { raise } from '../handover/moves.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { BackupContext } from './backup-context.ts';
import { EPOCH_STEP, readGateRow } from './plan-restore.ts';

const ATTEMPTS = 30;
/** SQLSTATE of a lock that was not had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Brings the gate above every epoch that was ever seen, the backup's included, **before** the first of its records is
 * written: the app's next write of such a record then gets a newer version, and what was prepared for the old epoch can't
 * succeed. Heads first, then the gate, as wherever Postgres adopts an epoch. Returns it. Throws `restore.not_authority`.
 */
export async function liftGate(
  context: BackupContext,
  highest: number,
  pause: (attempt: number) => Promise<void>,
): Promise<number> {
  const { scope, send } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const gate = await readGateRow(context);
    if (!gate.isOpen) throw notAuthority('Postgres takes no writes now');
    const heads: ReadonlyMap<number, Head> =
      send === undefined ? new Map<number, Head>() : await readHeads(send);
    const epochs = [...heads.values()].map((head) => head.epoch);
    const epoch = Math.max(gate.epoch, highest, ...epochs) + EPOCH_STEP;
    if ([...heads.values()].some((head) => head.auth !== 'P')) {
      throw notAuthority('some bucket is not with Postgres');
    }
    const raised = send === undefined ? heads : await moveHeads(send, heads, raise(epoch));
    const isReady = [...raised.values()].every((head) => head.auth === 'P' && head.epoch === epoch);
    // Refused: somebody else has lifted it above that. Their heads are at work, so look again.
    if (isReady && (await adopt(context, epoch))) return epoch;
    await pause(attempt + 1);
  }
  throw unreachable(new Error(`the gate of ${scope.tenant} could not be lifted`));
}

/** Waits only a moment for users' open transactions: behind the waiting one, all new writes of the tenant wait too. */
async function adopt({ pool, scope }: BackupContext, epoch: number): Promise<boolean> {
  const at = [scope.tenant, scope.group];
  await pool.query('insert into mig_gate (tenant, grp) values ($1, $2) on conflict do nothing', at);
  try {
    return await inTransaction(pool, async (client) => {
      await client.query(`select set_config('lock_timeout', '1s', true)`);
      const opened = await client.query<{ opened: boolean }>(
        'select mig_open_gate($1, $2, $3) as opened',
        [...at, epoch],
      );
      return opened.rows[0]?.opened === true;
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

export function notAuthority(what: string): LayerError {
  return new LayerError('restore.not_authority', what);
}
