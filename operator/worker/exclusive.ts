import type { Pool } from 'pg';

/**
 * Runs `work` unless another process is at the same thing already; returns whether it ran. Only a courtesy that saves quota:
 * two processes at one tenant are safe, because every write compares and sets its head. The lock ends with the process.
 */
export async function exclusive(
  pool: Pool,
  name: string,
  work: () => Promise<void>,
): Promise<boolean> {
  const client = await pool.connect();
  let broken = false;
  try {
    const got = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 7311404)) as locked',
      [name],
    );
    if (got.rows[0]?.locked !== true) return false;
    try {
      await work();
      return true;
    } finally {
      await client
        .query('select pg_advisory_unlock(hashtextextended($1, 7311404))', [name])
        .catch(() => (broken = true));
    }
  } finally {
    client.release(broken);
  }
}
