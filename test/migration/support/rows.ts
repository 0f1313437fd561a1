import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';

/** Writes one list with items straight into the app's tables, as any code of the app might. Returns its id. */
export async function insertList(
  pool: Pool,
  tenant: string,
  options: { id?: string; issue?: string; items?: number; text?: string } = {},
): Promise<string> {
  const id = options.id ?? randomUUID();
  await pool.query(
    `insert into checklist (tenant, id, issue_id, project_id, name, rank, created_at, updated_at)
     values ($1, $2, $3, '10000', 'Definition of Done', 'a0', now(), now())`,
    [tenant, id, options.issue ?? '10001'],
  );
  await pool.query(
    `insert into checklist_item (tenant, id, checklist_id, text, done, mandatory, rank)
     select $1, gen_random_uuid(), $2, $3 || g, false, false, 'a' || lpad(g::text, 4, '0')
     from generate_series(1, $4) g`,
    [tenant, id, options.text ?? 'item ', options.items ?? 3],
  );
  return id;
}

export async function deleteList(pool: Pool, tenant: string, id: string): Promise<void> {
  await pool.query('delete from checklist where tenant = $1 and id = $2', [tenant, id]);
}

export async function renameList(
  pool: Pool,
  tenant: string,
  id: string,
  name: string,
): Promise<void> {
  await pool.query('update checklist set name = $3 where tenant = $1 and id = $2', [
    tenant,
    id,
    name,
  ]);
}
