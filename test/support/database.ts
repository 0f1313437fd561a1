import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrateLayer } from 'crossgrade/postgres';
import { migrateApp } from '../../remote-server/database/migrate.ts';

const TEMPLATE = 'tally_template';

/** A database that belongs to one test file. */
export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Closes the pool and removes the database. */
  drop(): Promise<void>;
}

/** Makes the migrated template once per run. */
export async function makeTemplate(serverUrl: string): Promise<void> {
  await query(serverUrl, `create database ${TEMPLATE}`);
  const pool = new pg.Pool({ connectionString: databaseUrl(serverUrl, TEMPLATE), max: 1 });
  try {
    await migrateLayer(pool);
    await migrateApp(pool);
  } finally {
    await pool.end();
  }
}

/** A fresh database with the layer's and the app's tables, copied from the template. */
export function testDatabase(): Promise<TestDatabase> {
  return create(`template ${TEMPLATE}`);
}

/** A fresh database without any table. */
export function emptyDatabase(): Promise<TestDatabase> {
  return create('');
}

async function create(clause: string): Promise<TestDatabase> {
  const serverUrl = process.env['TEST_POSTGRES_URL'];
  if (serverUrl === undefined) throw new Error('TEST_POSTGRES_URL is not set: run through jest');
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await query(serverUrl, `create database ${name} ${clause}`);
  const url = databaseUrl(serverUrl, name);
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  // A connection that dies while idle must not end the test process; the next query reports it.
  pool.on('error', () => undefined);
  return {
    url,
    pool,
    drop: async () => {
      await pool.end();
      await query(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
