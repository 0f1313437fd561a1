import type { Pool } from 'pg';
import { migrate } from 'crossgrade/postgres';

/**
 * Brings Tally's tables into this database. The layer's migrations (`migrateLayer`) must have run: the last file of ours
 * registers its capture triggers. Safe to call from several processes at once; rejects with the name of the file that
 * failed, of which nothing is kept.
 */
export function migrateApp(pool: Pool): Promise<void> {
  return migrate(pool, new URL('../migrations/', import.meta.url), 'app_migration');
}
