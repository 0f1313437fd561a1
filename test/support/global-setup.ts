import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { makeTemplate } from './database.ts';

/** One Postgres for the whole run; every test file takes a database of its own from the template. */
export default async function globalSetup(): Promise<void> {
  const server = await startEmbeddedPostgres();
  process.env['TEST_POSTGRES_URL'] = server.url;
  (globalThis as { testPostgres?: typeof server }).testPostgres = server;
  await makeTemplate(server.url);
}
