import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startEmbeddedPostgres, type PostgresPlace } from '../test/support/embedded-postgres.ts';

export interface DemoDatabase {
  readonly url: string;
  /** What {@link openDatabase} needs to go on with it in another process. */
  readonly place: DatabasePlace;
  /** Kills the server and starts it again; undefined where the server is somebody else's. */
  readonly crash: (() => Promise<void>) | undefined;
  /** Removes everything the demo made: its database, and the server if it was started for it. */
  remove(): Promise<void>;
  /** From now on the data outlive this process. */
  keep(): void;
  /** Ends what was started and leaves the data. */
  leave(): Promise<void>;
}

/** Where a database of the demo is: on an embedded server of its own, or on the one that `DATABASE_URL` names. */
export interface DatabasePlace {
  readonly name: string;
  readonly embedded?: PostgresPlace | undefined;
}

/** A database of the demo's own, on the server that `DATABASE_URL` names, or on an embedded one. */
export async function makeDatabase(serverUrl: string | undefined): Promise<DemoDatabase> {
  const server = serverUrl === undefined ? await startEmbeddedPostgres() : undefined;
  const name = `tally_demo_${randomBytes(4).toString('hex')}`;
  const maintenance = serverUrl ?? server?.url ?? '';
  await run(maintenance, `create database ${name}`);
  return demoDatabase(maintenance, name, server);
}

/** The one that an earlier run has left. */
export async function openDatabase(
  serverUrl: string | undefined,
  { name, embedded }: DatabasePlace,
): Promise<DemoDatabase> {
  if (embedded === undefined) {
    if (serverUrl !== undefined) return demoDatabase(serverUrl, name, undefined);
    throw new Error('The earlier run had its data on the server of DATABASE_URL: name it again.');
  }
  const server = await startEmbeddedPostgres(embedded);
  return demoDatabase(server.url, name, server);
}

function demoDatabase(
  maintenance: string,
  name: string,
  server: Awaited<ReturnType<typeof startEmbeddedPostgres>> | undefined,
): DemoDatabase {
  const url = new URL(maintenance);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    place: { name, embedded: server?.place },
    crash: server && (() => server.crash()),
    async remove() {
      if (server === undefined) await run(maintenance, `drop database ${name} with (force)`);
      else await server.stop();
    },
    keep: () => server?.keep(),
    async leave() {
      await server?.leave();
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
