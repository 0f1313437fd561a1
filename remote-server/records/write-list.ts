import type { ClientBase } from 'pg';
import { listFromDocument } from '../../checklist/documents/list-document.ts';
import { field } from '../../checklist/records/index.ts';
import type { Stored } from './stored-value.ts';

/**
 * Makes the two tables say what Forge holds of a list: root and items, those that are gone deleted. The issue's progress is
 * due then: whoever wrote at Forge may not have written it to Jira.
 */
export async function writeList(
  client: ClientBase,
  tenant: string,
  id: string,
  stored: Stored,
): Promise<void> {
  if (stored === undefined) {
    const gone = await client.query<{ issue_id: string }>(
      'delete from checklist where tenant = $1 and id = $2 returning issue_id',
      [tenant, id],
    );
    for (const { issue_id } of gone.rows) await progressIsDue(client, tenant, issue_id);
    return;
  }
  const list = listFromDocument(field(stored, 'doc'));
  await client.query(
    `insert into checklist
       (tenant, id, issue_id, project_id, name, rank, template_id, template_revision, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (tenant, id) do update
       set issue_id = excluded.issue_id, project_id = excluded.project_id, name = excluded.name,
           rank = excluded.rank, template_id = excluded.template_id,
           template_revision = excluded.template_revision, created_at = excluded.created_at,
           updated_at = excluded.updated_at`,
    [
      ...[tenant, id, list.issueId, list.projectId, list.name, list.rank],
      ...[list.templateId, list.templateRevision, list.createdAt, list.updatedAt],
    ],
  );
  const ids = list.items.map((item) => item.id);
  await client.query(
    'delete from checklist_item where tenant = $1 and checklist_id = $2 and not id = any($3::uuid[])',
    [tenant, id, ids],
  );
  await client.query(
    `insert into checklist_item (tenant, id, checklist_id, text, done, mandatory, rank)
     select $1, i.id, $2, i.text, i.done, i.mandatory, i.rank
     from unnest($3::uuid[], $4::text[], $5::boolean[], $6::boolean[], $7::text[])
       as i(id, text, done, mandatory, rank)
     on conflict (tenant, id) do update
       set checklist_id = excluded.checklist_id, text = excluded.text, done = excluded.done,
           mandatory = excluded.mandatory, rank = excluded.rank`,
    [
      ...[tenant, id, ids, list.items.map((item) => item.text)],
      list.items.map((item) => item.done),
      list.items.map((item) => item.mandatory),
      list.items.map((item) => item.rank),
    ],
  );
  await progressIsDue(client, tenant, list.issueId);
}

async function progressIsDue(client: ClientBase, tenant: string, issueId: string): Promise<void> {
  await client.query(
    `insert into progress_due (tenant, issue_id, since) values ($1, $2, now())
     on conflict (tenant, issue_id) do update
       set xact = pg_current_xact_id(), next_at = now(), attempts = 0`,
    [tenant, issueId],
  );
}
