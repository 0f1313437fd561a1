import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import type { AppSchema } from './schema.ts';

/** The app's tables, typed. */
export type Database = Kysely<AppSchema>;

/** Kysely over the given pool. Closing the pool stays with whoever made it. */
export function createDatabase(pool: Pool): Database {
  return new Kysely<AppSchema>({ dialect: new PostgresDialect({ pool }) });
}
