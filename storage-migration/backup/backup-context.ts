import type { Pool } from 'pg';
import type { SendContext } from '../copy/send-context.ts';
import { LayerError } from '../errors.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { Scope } from '../terms.ts';

/** Everything a backup of one tenant needs. */
export interface BackupContext {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  /** Undefined: the tenant has no target, so there is nothing to ask Forge about. */
  readonly send: SendContext | undefined;
}

/**
 * Runs `work` unless another process exports or restores this tenant. Throws `plan.stale` then. Only a courtesy: two of them
 * would waste each other's work, not harm it. The lock ends with the process.
 */
export async function alone<T>(
  { pool, scope }: BackupContext,
  what: 'export' | 'restore',
  work: () => Promise<T>,
): Promise<T> {
  const name = `${what}/${scope.tenant}/${scope.group}`;
  const client = await pool.connect();
  let broken = false;
  try {
    const got = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 7311405)) as locked',
      [name],
    );
    if (got.rows[0]?.locked !== true) {
      throw new LayerError('plan.stale', `another ${what} of this tenant is at work`);
    }
    try {
      return await work();
    } finally {
      await client
        .query('select pg_advisory_unlock(hashtextextended($1, 7311405))', [name])
        .catch(() => (broken = true));
    }
  } finally {
    client.release(broken);
  }
}
