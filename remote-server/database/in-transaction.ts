import type { Pool, PoolClient } from 'pg';
import { withRetry } from './with-retry.ts';

/**
 * Runs `work` in one transaction: commits when it resolves, rolls back when it rejects and throws the same error. `work` runs
 * again after a deadlock. A connection that could not be rolled back is not used again.
 */
export function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return withRetry(async () => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((cause: unknown) => {
        broken = cause instanceof Error ? cause : new Error('rollback failed');
      });
      throw error;
    } finally {
      client.release(broken);
    }
  });
}
