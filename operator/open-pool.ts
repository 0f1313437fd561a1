import pg from 'pg';

/**
 * A pool whose broken connections end no process. `pg` emits `error` on a connection that dies while nobody waits for an answer
 * of it, idle or checked out; without a listener that is an uncaught exception. Whoever uses the connection next gets the
 * error as a rejection.
 */
export function openPool(
  connectionString: string,
  max: number,
  onLost: (error: Error) => void = () => undefined,
): pg.Pool {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', onLost);
  pool.on('connect', (client) => void client.on('error', onLost));
  return pool;
}
