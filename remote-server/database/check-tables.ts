import type { Pool } from 'pg';

/** Unique indexes that must stand under the names atlassian-connect-express uses, see migration 0001. */
const UNIQUE_INDEXES = [
  'addon_settings_client_key_key',
  'installation_client_keys_installation_id',
  'forge_settings_installation_id_key',
];

/** Says why this database may not be served from. */
export class DatabaseNotReady extends Error {
  override readonly name = 'DatabaseNotReady';
  readonly code = 'database_not_ready';
}

/**
 * Checks that the unique indexes are there and unique, and that the capture triggers exist. Rejects with `DatabaseNotReady`
 * naming what is missing, or with the driver's error. Run at start and by the readiness check.
 */
export async function checkTables(pool: Pool): Promise<void> {
  const indexes = await pool.query<{ name: string }>(
    `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
      where c.relname = any($1) and i.indisunique and i.indisvalid and pg_table_is_visible(c.oid)`,
    [UNIQUE_INDEXES],
  );
  const present = new Set(indexes.rows.map((row) => row.name));
  const missing = UNIQUE_INDEXES.filter((name) => !present.has(name));
  if (missing.length > 0) {
    throw new DatabaseNotReady(
      `Unique index ${missing.join(', ')} is missing: tenants could be stored twice. Run the app's migrations.`,
    );
  }
  const captured = await pool.query(`select from pg_trigger where tgname = 'mig_capture'`);
  if (captured.rowCount === 0) {
    throw new DatabaseNotReady(
      `No table is under capture: writes would not be copied. Run the migrations.`,
    );
  }
}
