import type { Pool } from 'pg';
import { z } from 'zod';
import type { SetAside } from '../../checklist/index.ts';
import type { TenantProgress } from 'crossgrade/postgres';

const named = z.object({ id: z.string(), name: z.string(), issue_id: z.string().nullable() });

/** Finds out what a customer calls the records that could not be copied. A record that is gone meanwhile keeps its key. */
export async function nameSetAside(
  pool: Pool,
  tenant: string,
  setAside: TenantProgress['setAside'],
): Promise<SetAside[]> {
  if (setAside.length === 0) return [];
  const ids = (type: string): string[] =>
    setAside.flatMap(({ key }) => (key.startsWith(`${type}:`) ? [key.slice(type.length + 1)] : []));
  const lists = await pool.query(
    'select id, name, issue_id from checklist where tenant = $1 and id = any($2::uuid[])',
    [tenant, ids('list')],
  );
  const templates = await pool.query(
    'select id, name, null as issue_id from template where tenant = $1 and id = any($2::uuid[])',
    [tenant, ids('template')],
  );
  const byKey = new Map<string, { what: string; issueId: string | null }>();
  for (const row of lists.rows.map((each) => named.parse(each))) {
    byKey.set(`list:${row.id}`, { what: `Checklist "${row.name}"`, issueId: row.issue_id });
  }
  for (const row of templates.rows.map((each) => named.parse(each))) {
    byKey.set(`template:${row.id}`, { what: `Template "${row.name}"`, issueId: null });
  }
  return setAside.map(({ key, reason }) => {
    const found = byKey.get(key) ?? { what: wordsFor(key), issueId: null };
    return { key, reason, ...found };
  });
}

function wordsFor(key: string): string {
  return key.startsWith('settings:') ? 'Settings' : key;
}
