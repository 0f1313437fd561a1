import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { CrossgradeConfig } from '../operator/config.ts';
import { checklists } from '../remote-server/records/index.ts';

export const TENANT = 'bench';
export const TOKEN = 'good';

/** What the processes of a benchmark are told of the one tenant. */
export const benchInput = z.object({
  databaseUrl: z.string(),
  storageUrl: z.string(),
  installationId: z.string(),
});
export type BenchInput = z.infer<typeof benchInput>;

/** Reads what the measuring process gave to this one. */
export function readBenchInput(): BenchInput {
  return benchInput.parse(JSON.parse(process.env['BENCH_INPUT'] ?? '{}'));
}

/** The operator's configuration with one tenant. `enrols`: a worker begins to copy it by itself. */
export function benchConfig({
  databaseUrl,
  storageUrl,
  installationId,
}: BenchInput): CrossgradeConfig {
  return {
    ...{ databaseUrl, storageUrl, group: checklists },
    linkedTenants: () => Promise.resolve([{ tenant: TENANT, cloudId: 'cloud', installationId }]),
    systemToken: () => Promise.resolve(TOKEN),
  };
}

/** Writes `count` lists with `items` items each for the tenant, in one statement each. Returns their ids. */
export async function seedLists(pool: Pool, count: number, items: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await pool.query(
    `insert into checklist (tenant, id, issue_id, project_id, name, rank, created_at, updated_at)
     select $1, id, (10000 + n)::text, '10000', '0', 'a0', now(), now()
     from unnest($2::uuid[]) with ordinality as l(id, n)`,
    [TENANT, ids],
  );
  await pool.query(
    `insert into checklist_item (tenant, id, checklist_id, text, done, mandatory, rank)
     select $1, gen_random_uuid(), id, 'Write down what was decided ' || i, false, false, 'a' || lpad(i::text, 4, '0')
     from unnest($2::uuid[]) as l(id), generate_series(1, $3) i`,
    [TENANT, ids, items],
  );
  return ids;
}
