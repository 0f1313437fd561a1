import type { Pool, PoolClient } from 'pg';

export type Isolation = 'read committed' | 'repeatable read, read only';

/** Runs `work` in one transaction; rolls back and rethrows what it throws. Never retries. */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  isolation: Isolation = 'read committed',
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query(`begin isolation level ${isolation}`);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that can't roll back is thrown away, not returned to the pool.
    await client.query('rollback').catch(() => (broken = true));
    throw error;
  } finally {
    client.release(broken);
  }
}
