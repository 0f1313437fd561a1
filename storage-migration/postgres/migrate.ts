import { readFile, readdir } from 'node:fs/promises';
import type { Pool } from 'pg';

/** Two processes that start together queue on this lock instead of racing. The number has no meaning. */
const MIGRATION_LOCK = 7_311_402;

/**
 * Runs the numbered `.sql` files of `folder` that this database has not seen, each in a transaction of its own, and
 * records them in `ledger`. Safe to call from several processes at once. Never runs a file twice and never skips one:
 * a file that fails leaves the ledger where it was and rejects with the file's name.
 */
export async function migrate(pool: Pool, folder: URL, ledger: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      `create table if not exists ${ledger} (name text primary key, at timestamptz not null default now())`,
    );
    const seen = await client.query<{ name: string }>(`select name from ${ledger}`);
    const done = new Set(seen.rows.map((row) => row.name));
    const files = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
    for (const name of files) {
      if (done.has(name)) continue;
      const sql = await readFile(new URL(name, folder), 'utf8');
      try {
        await client.query('begin');
        await client.query(`insert into ${ledger} (name) values ($1)`, [name]);
        await client.query(sql);
        await client.query('commit');
      } catch (cause) {
        await client.query('rollback');
        throw new Error(`Migration ${name} failed; nothing of it was kept`, { cause });
      }
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    client.release();
  }
}

/** Brings the layer's tables, functions and gate into this database. Run it before the app's own migrations. */
export function migrateLayer(pool: Pool): Promise<void> {
  return migrate(pool, new URL('./sql/', import.meta.url), 'mig_migration');
}
