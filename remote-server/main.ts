import type { AddressInfo } from 'node:net';
import { migrateLayer } from 'crossgrade/postgres';
import { readConfig } from './config.ts';
import { createRemote } from './create-remote.ts';
import { createPool } from './database/create-pool.ts';
import { migrateApp } from './database/migrate.ts';
import { installCrashGuard } from './http/crash-guard.ts';
import { createLogger } from './logging/create-logger.ts';
import { redactText } from './logging/redact-text.ts';

/** Milliseconds that requests under way get when the process is asked to end. */
const GRACE = 10_000;

/**
 * Starts the remote: reads the environment, migrates, serves. Says `{"ready":true,"url":"…"}` on standard output when it can be
 * called; everything else goes to standard error as log lines. SIGTERM and SIGINT end it cleanly.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger(config.logLevel);
  installCrashGuard(logger, (code) => process.exit(code));
  const pool = createPool(config.databaseUrl, {
    onIdleError: (error) => logger.warn({ event: 'database_connection_lost', err: error.message }),
  });
  await migrateLayer(pool);
  await migrateApp(pool);

  const remote = await createRemote(config, { pool, logger });
  const server = remote.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, () => resolve());
  });

  let ending = false;
  const end = (signal: string): void => {
    if (ending) return;
    ending = true;
    logger.info({ event: 'ending', signal });
    const force = setTimeout(() => process.exit(1), GRACE);
    force.unref();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    void closed
      .then(() => remote.close())
      .then(() => pool.end())
      .then(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);

  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, url: `http://localhost:${port}` })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${redactText(reasonOf(error))}\n`);
  process.exit(1);
});

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'The remote did not start.';
  return error.cause instanceof Error
    ? `${error.message}\n  because: ${reasonOf(error.cause)}`
    : error.message;
}
