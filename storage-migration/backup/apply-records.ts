import type { ClientBase } from 'pg';
import { LayerError } from '../errors.ts';
import { SYSTEM_TIMING } from '../copy/unit-account.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { splitKey } from '../record/define-record.ts';
import { recordOf } from '../record/outgoing.ts';
import type { BackupContext } from './backup-context.ts';
import type { BackupRecord } from './backup-record.ts';
import { notAuthority } from './lift-gate.ts';

/** SQLSTATEs of what passes: a lock not had in time, a deadlock, a serialization failure. */
const PASSING = ['55P03', '40P01', '40001'];
const GATE_CLOSED = '55006';
/**
 * Milliseconds to wait for a row that a user has open. Far below the second after which Postgres looks for deadlocks: in a
 * deadlock it is always the restore that gives way, never the user.
 */
const LOCK_MS = 200;
const ATTEMPTS = 40;

/** Waits before an attempt. */
export type Pause = (attempt: number) => Promise<void>;

/**
 * Writes those of the records that are newer than what is there, all or none, in key order. Their versions are the backup's;
 * each becomes dirty, so it is sent like every other change. Voids every verification in the same transaction. Returns how
 * many it wrote. Throws `restore.not_authority` when the gate has closed meanwhile.
 */
export async function applyRecords(
  context: BackupContext,
  records: readonly BackupRecord[],
  pause: Pause,
): Promise<number> {
  const { pool, scope } = context;
  // Twice in a batch: the newer one last, so that it stands.
  const inOrder = [...records].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return insistently(pause, () =>
    inTransaction(pool, async (client) => {
      await client.query(`select set_config('lock_timeout', $1, true)`, [`${LOCK_MS}ms`]);
      let applied = 0;
      for (const record of inOrder) {
        if (await applyRecord(client, context, record)) applied += 1;
      }
      if (applied > 0) {
        await client.query('select mig_void_passes($1, $2)', [scope.tenant, scope.group]);
      }
      return applied;
    }),
  );
}

async function applyRecord(
  client: ClientBase,
  { scope, group }: BackupContext,
  { key, version, deleted, value }: BackupRecord,
): Promise<boolean> {
  const version_ = [scope.tenant, scope.group, key, version.e, version.n, deleted];
  const taken = await client.query<{ taken: boolean }>(
    'select mig_restore_take($1, $2, $3, $4, $5, $6) as taken',
    version_,
  );
  if (taken.rows[0]?.taken !== true) return false;
  const { source } = recordOf(group, key);
  if (source.write === undefined) {
    throw new LayerError('record.not_reversible', `${splitKey(key).type} has no way back`);
  }
  await source.write(client, scope.tenant, splitKey(key).id, deleted ? undefined : value);
  await client.query('select mig_restore_settle($1, $2, $3, $4, $5, $6)', version_);
  return true;
}

/** Repeats a transaction that met a user's locks; says what a closed gate means. */
export async function insistently<T>(pause: Pause, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === GATE_CLOSED) throw notAuthority('the gate has closed meanwhile');
      if (typeof code !== 'string' || !PASSING.includes(code) || attempt >= ATTEMPTS) throw error;
      await pause(attempt);
    }
  }
}

/** A moment more with each attempt, at most two seconds. */
export function pauseOf({ send }: BackupContext): Pause {
  const timing = send?.timing ?? SYSTEM_TIMING;
  return (attempt) => timing.sleep(Math.min(2_000, 50 * attempt));
}
