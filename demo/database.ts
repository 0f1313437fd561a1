import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startEmbeddedPostgres } from '../test/support/embedded-postgres.ts';

export interface DemoDatabase {
  readonly url: string;
  /** Kills the server and starts it again; undefined where the server is somebody else's. */
  readonly crash: (() => Promise<void>) | undefined;
  /** Removes everything the demo made: its database, and the server if it was started for it. */
  remove(): Promise<void>;
}

/** A database of the demo's own, on the server that `DATABASE_URL` names, or on an embedded one. */
export async function makeDatabase(serverUrl: string | undefined): Promise<DemoDatabase> {
  const server = serverUrl === undefined ? await startEmbeddedPostgres() : undefined;
  const url = new URL(serverUrl ?? server?.url ?? '');
  const maintenance = url.href;
  const name = `tally_demo_${randomBytes(4).toString('hex')}`;
  await run(maintenance, `create database ${name}`);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    crash: server && (() => server.crash()),
    async remove() {
      if (server === undefined) await run(maintenance, `drop database ${name} with (force)`);
      else await server.stop();
    },
  };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
