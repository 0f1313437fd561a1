import type { Pool } from 'pg';

/**
 * Gives a first version to rows that were there before the triggers, a chunk at a time, with the gate's epoch. Runs after
 * `mig_capture`, which is what makes it safe: a row that changes meanwhile gets its version from the trigger and is left
 * alone. Idempotent; returns how many versions it made.
 */
export async function seedVersions(pool: Pool, group: string, chunk = 5_000): Promise<number> {
  let made = 0;
  for (const root of await rootsOf(pool, group)) {
    for (;;) {
      const done = await pool.query(
        `with fresh as (
           select r.${root.tenant}::text as tenant, $2 || ':' || r.${root.key}::text as key
           from ${root.relation} r
           where not exists (select 1 from mig_ver v where v.tenant = r.${root.tenant}::text
             and v.grp = $1 and v.key = $2 || ':' || r.${root.key}::text)
           limit $3),
         gates as (insert into mig_gate (tenant, grp) select distinct tenant, $1 from fresh
           on conflict do nothing returning tenant)
         insert into mig_ver (tenant, grp, key, slot, epoch, n, deleted, xact)
         select f.tenant, $1, f.key, mig_slot(f.key), coalesce(g.epoch, 1), 1, false, pg_current_xact_id()
         from fresh f left join mig_gate g on g.tenant = f.tenant and g.grp = $1
         on conflict do nothing`,
        [group, root.record, chunk],
      );
      const count = done.rowCount ?? 0;
      made += count;
      if (count === 0) break;
    }
  }
  return made;
}

/**
 * Live versions without a row, and rows without a live version, for one tenant. Both are zero when capture was complete;
 * enrolment refuses until they are.
 */
export async function countUnseeded(
  pool: Pool,
  tenant: string,
  group: string,
): Promise<{ rowsWithoutVersion: number; versionsWithoutRow: number }> {
  let rowsWithoutVersion = 0;
  let versionsWithoutRow = 0;
  for (const root of await rootsOf(pool, group)) {
    const found = await pool.query<{ rows: string; versions: string }>(
      `select
         (select count(*) from ${root.relation} r where r.${root.tenant}::text = $1 and not exists (
            select 1 from mig_ver v where v.tenant = $1 and v.grp = $2 and not v.deleted
              and v.key = $3 || ':' || r.${root.key}::text)) as rows,
         (select count(*) from mig_ver v where v.tenant = $1 and v.grp = $2 and not v.deleted
            and v.key like $3 || ':%' and not exists (select 1 from ${root.relation} r
              where r.${root.tenant}::text = $1 and v.key = $3 || ':' || r.${root.key}::text)) as versions`,
      [tenant, group, root.record],
    );
    rowsWithoutVersion += Number(found.rows[0]?.rows ?? 0);
    versionsWithoutRow += Number(found.rows[0]?.versions ?? 0);
  }
  return { rowsWithoutVersion, versionsWithoutRow };
}

interface Root {
  relation: string;
  record: string;
  tenant: string;
  key: string;
}

/** Root tables under capture. Names come quoted from the catalogue, so they can stand in SQL. */
async function rootsOf(pool: Pool, group: string): Promise<Root[]> {
  const found = await pool.query<Root>(
    `select relation, record, quote_ident(tenant_column) as tenant, quote_ident(key_column) as key
     from mig_captured where grp = $1 and relation = root order by relation`,
    [group],
  );
  return found.rows;
}
