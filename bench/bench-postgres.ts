import pg from 'pg';
import { migrateLayer } from 'crossgrade/postgres';
import { migrateApp } from '../remote-server/database/migrate.ts';
import { startEmbeddedPostgres } from '../test/support/embedded-postgres.ts';

/** A real Postgres for one benchmark. */
export interface BenchPostgres {
  /** Makes a database with the layer's and the app's tables. Returns its address. */
  database(name: string): Promise<string>;
  /** A pool that ends with the server. */
  pool(url: string, max?: number): pg.Pool;
  stop(): Promise<void>;
}

/**
 * Starts it. Commits wait for the log to be written, but the embedded server never waits for the disk (`fsync` is off):
 * what is added to a write is measured, and a disk would add the same to all sides of a comparison.
 */
export async function startBenchPostgres(): Promise<BenchPostgres> {
  const server = await startEmbeddedPostgres();
  const pools: pg.Pool[] = [];
  return {
    async database(name) {
      const admin = new pg.Client({ connectionString: server.url });
      await admin.connect();
      await admin.query(`create database ${name}`);
      await admin.query(`alter database ${name} set synchronous_commit = on`);
      await admin.end();
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      const pool = new pg.Pool({ connectionString: url.href, max: 1 });
      pool.on('error', () => undefined);
      await migrateLayer(pool);
      await migrateApp(pool);
      await pool.end();
      return url.href;
    },
    pool(url, max = 10) {
      const pool = new pg.Pool({ connectionString: url, max });
      pool.on('error', () => undefined);
      pools.push(pool);
      return pool;
    },
    async stop() {
      await Promise.all(pools.map((pool) => pool.end()));
      await server.stop();
    },
  };
}
