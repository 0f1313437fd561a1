import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A running Postgres and how to end it. */
export interface PostgresServer {
  /** Connection string of the maintenance database. */
  readonly url: string;
  /** Kills the server with SIGKILL; resolves when it is up again over what it had committed. */
  crash(): Promise<void>;
  /** Where it is, to start it again later over what it had committed. */
  readonly place: PostgresPlace;
  /** Ends the server and removes its data. Idempotent. */
  stop(): Promise<void>;
  /** From now on the data stay when this process dies: somebody has written down where they are. */
  keep(): void;
  /** Ends the server; the data stay if they are kept. */
  leave(): Promise<void>;
}

/** A server that outlives the process that started it, as data. */
export interface PostgresPlace {
  readonly folder: string;
  readonly port: number;
}

/**
 * Starts a real Postgres from npm in a folder of its own. It does not wait for the disk: tests and the demo
 * throw the data away. Rejects with the server's own log when it does not come up. The server ends when this process does, however.
 *
 * @param left goes on with what was left there, and leaves it there again.
 */
export async function startEmbeddedPostgres(left?: PostgresPlace): Promise<PostgresServer> {
  const folder = left?.folder ?? (await mkdtemp(join(tmpdir(), 'tally-postgres-')));
  // Under root the server runs as its own user, which must be able to enter the folder.
  await chmod(folder, 0o777);
  const port = left?.port ?? (await freePort());
  const script = fileURLToPath(new URL('./postgres-process.ts', import.meta.url));
  const child = fork(script, [folder, String(port)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Ctrl-C goes to the parent, which ends its children in order.
    detached: true,
  });
  const ended = once(child, 'exit');
  const leave = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await ended;
  };
  const stop = async (): Promise<void> => {
    if (child.connected) child.send('remove');
    await leave();
    await rm(folder, { recursive: true, force: true });
  };
  const first = await Promise.race([once(child, 'message'), ended]);
  const message = first[0] as { ready?: boolean; log?: string } | number | null;
  if (typeof message !== 'object' || message?.ready !== true) {
    await stop();
    const log = typeof message === 'object' ? (message?.log ?? '') : '';
    throw new Error(`Postgres did not start:\n${log}`);
  }
  let stopped: Promise<void> | undefined;
  const crash = async (): Promise<void> => {
    child.send('crash');
    const [again] = (await once(child, 'message')) as [{ ready: boolean; log?: string }];
    if (!again.ready) throw new Error(`Postgres did not come back:\n${again.log ?? ''}`);
  };
  return {
    crash,
    leave,
    keep: () => void child.send('keep'),
    place: { folder, port },
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: () => (stopped ??= stop()),
  };
}

/** A port that nobody listens on at this moment. */
function freePort(): Promise<number> {
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
