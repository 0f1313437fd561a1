import type { Pool } from 'pg';
import type { Scope } from '../terms.ts';

/**
 * Names the database behind the address, so that a promoted replica or a restored copy is noticed: the write-ahead log's
 * timeline changes with a promotion and with a restore to a point in time, the database's oid with a restore from a dump.
 * A disk put back to an older snapshot shows neither. Rejects when Postgres can't be reached.
 */
export async function databaseLife(pool: Pool): Promise<string> {
  const found = await pool.query<{ oid: string }>(
    `select oid::text as oid from pg_database where datname = current_database()`,
  );
  const oid = found.rows[0]?.oid ?? '';
  try {
    const wal = await pool.query<{ timeline: string }>(
      `select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline`,
    );
    return `${oid}/${wal.rows[0]?.timeline ?? ''}`;
  } catch (error) {
    // Some hosted Postgres do not tell their position (0A000, 42501, 55000): the oid is what there is.
    if (/^(0A000|42501|55000)$/.test(String((error as { code?: unknown }).code))) return `${oid}/`;
    throw error;
  }
}

/** The life in which the tenant was last looked at, from Postgres itself: an older database remembers an older one. */
export async function knownLife(pool: Pool, { tenant, group }: Scope): Promise<string | undefined> {
  const found = await pool.query<{ life: string }>(
    'select life from mig_life where tenant = $1 and grp = $2',
    [tenant, group],
  );
  return found.rows[0]?.life;
}

/** Notes that the tenant was looked at in this life. */
export async function noteLife(pool: Pool, { tenant, group }: Scope, life: string): Promise<void> {
  await pool.query(
    `insert into mig_life as l (tenant, grp, life) values ($1, $2, $3)
     on conflict (tenant, grp) do update set life = excluded.life, since = now()
       where l.life <> excluded.life`,
    [tenant, group, life],
  );
}
