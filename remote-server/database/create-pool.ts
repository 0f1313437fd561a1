import pg from 'pg';

/**
 * A pool for the remote's database. Waiting is bounded everywhere: for a connection, and for one statement, so that a
 * database that hangs is reported as unavailable while the caller is still there. A connection that dies while idle is
 * replaced; `onIdleError` is told.
 */
export function createPool(
  url: string,
  options: { readonly max?: number; readonly onIdleError?: (error: Error) => void } = {},
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    connectionTimeoutMillis: 3_000,
    statement_timeout: 10_000,
    query_timeout: 12_000,
    idle_in_transaction_session_timeout: 15_000,
    application_name: 'tally-remote',
  });
  // Without listeners the error of a lost connection would end the process: the pool's own covers idle ones only.
  pool.on('error', (error) => options.onIdleError?.(error));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
