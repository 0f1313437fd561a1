import pg from 'pg';
import type { TestDatabase } from '../../support/database.ts';

/** An earlier state of a database, as a replica that lagged behind would have it. */
export interface OlderState {
  /** From now on the address leads to the older state; what was written since is gone. Open connections break. */
  failOver(): Promise<void>;
}

/** Keeps the database as it is now. Its connections are cut for a moment; a pool opens new ones. */
export async function keepState(database: TestDatabase): Promise<OlderState> {
  const name = nameOf(database);
  const copy = `${name}_replica`;
  await outside(database, async (client) => {
    await refuseConnections(client, name);
    await client.query(`create database ${copy} template ${name}`);
    await client.query(`alter database ${name} allow_connections true`);
  });
  return {
    failOver: () =>
      outside(database, async (client) => {
        await refuseConnections(client, name);
        await client.query(`drop database ${name} with (force)`);
        await client.query(`alter database ${copy} rename to ${name}`);
      }),
  };
}

/** The database refuses everybody while `work` runs; open connections break at its beginning. */
export async function whilePostgresIsDown<T>(
  database: TestDatabase,
  work: () => Promise<T>,
): Promise<T> {
  const name = nameOf(database);
  await outside(database, (client) => refuseConnections(client, name));
  try {
    return await work();
  } finally {
    await outside(database, async (client) => {
      await client.query(`alter database ${name} allow_connections true`);
    });
  }
}

/** Breaks every open connection once. */
export function cutConnections(database: TestDatabase): Promise<void> {
  return outside(database, (client) => terminate(client, nameOf(database)));
}

async function refuseConnections(client: pg.Client, name: string): Promise<void> {
  await client.query(`alter database ${name} allow_connections false`);
  await terminate(client, name);
}

async function terminate(client: pg.Client, name: string): Promise<void> {
  for (;;) {
    const found = await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [name],
    );
    if (found.rowCount === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A connection to the server that is not one to this database. */
async function outside(
  database: TestDatabase,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const url = new URL(database.url);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function nameOf(database: TestDatabase): string {
  return new URL(database.url).pathname.slice(1);
}
