import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { DemoIssue, DemoSite } from '../site/site-doors.ts';

/** Items of the list: together about 5 MB, more than all parts of one value hold. */
const ITEMS = 1_200;

/** A list from before the app had limits, which Forge can't hold even in parts. */
export interface Poison {
  readonly id: string;
  readonly name: string;
  readonly issueKey: string;
}

/** Puts it where the app's own rows are: the API of today would not take it. */
export async function plantPoison(pool: Pool, site: DemoSite, issue: DemoIssue): Promise<Poison> {
  const id = randomUUID();
  const name = 'From before there were limits';
  await pool.query(
    `insert into checklist (tenant, id, issue_id, project_id, name, rank, created_at, updated_at)
     values ($1, $2, $3, $4, $5, 'a0', now(), now())`,
    [site.clientKey, id, issue.id, issue.projectId, name],
  );
  await pool.query(
    `insert into checklist_item (tenant, id, checklist_id, text, done, mandatory, rank)
     select $1, gen_random_uuid(), $2, repeat($3, 1000), false, false, 'a' || lpad(n::text, 6, '0')
     from generate_series(1, $4) as n`,
    [site.clientKey, id, '🦄', ITEMS],
  );
  return { id, name, issueKey: issue.key };
}
