import type { PostgresServer } from './embedded-postgres.ts';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as { testPostgres?: PostgresServer }).testPostgres?.stop();
}
