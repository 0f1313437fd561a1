import type { ClientBase } from 'pg';
import { templateFromDocument } from '../../checklist/documents/template-document.ts';
import { field } from '../../checklist/records/index.ts';
import type { Stored } from './stored-value.ts';

/** Makes the two tables say what Forge holds of a template; its items are replaced as a whole. */
export async function writeTemplate(
  client: ClientBase,
  tenant: string,
  id: string,
  stored: Stored,
): Promise<void> {
  if (stored === undefined) {
    await client.query('delete from template where tenant = $1 and id = $2', [tenant, id]);
    return;
  }
  const template = templateFromDocument(field(stored, 'doc'));
  await client.query(
    `insert into template (tenant, id, project_id, name, revision, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant, id) do update
       set project_id = excluded.project_id, name = excluded.name, revision = excluded.revision,
           created_at = excluded.created_at, updated_at = excluded.updated_at`,
    [
      ...[tenant, id, template.projectId, template.name, template.revision],
      ...[template.createdAt, template.updatedAt],
    ],
  );
  await client.query('delete from template_item where tenant = $1 and template_id = $2', [
    tenant,
    id,
  ]);
  await client.query(
    `insert into template_item (tenant, id, template_id, text, mandatory, rank)
     select $1, i.id, $2, i.text, i.mandatory, i.rank
     from unnest($3::uuid[], $4::text[], $5::boolean[], $6::text[]) as i(id, text, mandatory, rank)`,
    [
      ...[
        tenant,
        id,
        template.items.map((item) => item.id),
        template.items.map((item) => item.text),
      ],
      template.items.map((item) => item.mandatory),
      template.items.map((item) => item.rank),
    ],
  );
}
