import type { ChecklistReader, SettingValue } from '../../checklist/index.ts';
import { settingSchema } from '../../checklist/index.ts';
import type { Database } from '../database/create-database.ts';
import { toLists, toTemplates } from './rows.ts';

/** Reads one tenant's rows. `db` is the database or a transaction of it. An absent row is undefined; a failure throws. */
export function createChecklistReader(db: Database, tenant: string): ChecklistReader {
  const lists = () => db.selectFrom('checklist').selectAll().where('tenant', '=', tenant);
  const templates = () => db.selectFrom('template').selectAll().where('tenant', '=', tenant);

  return {
    async listsOfIssue(issueId) {
      const rows = await lists()
        .where('issue_id', '=', issueId)
        .orderBy('rank')
        .orderBy('id')
        .execute();
      return toLists(rows, await itemsOfLists(db, tenant, idsOf(rows)));
    },
    async list(listId) {
      const rows = await lists().where('id', '=', listId).execute();
      return toLists(rows, await itemsOfLists(db, tenant, idsOf(rows)))[0];
    },
    async templatesOfProject(projectId) {
      const rows = await templates()
        .where('project_id', '=', projectId)
        .orderBy('name')
        .orderBy('id')
        .execute();
      return toTemplates(rows, await itemsOfTemplates(db, tenant, idsOf(rows)));
    },
    async template(templateId) {
      const rows = await templates().where('id', '=', templateId).execute();
      return toTemplates(rows, await itemsOfTemplates(db, tenant, idsOf(rows)))[0];
    },
    async setting(scope): Promise<SettingValue | undefined> {
      const row = await db
        .selectFrom('tenant_setting')
        .select(['scope', 'value'])
        .where('tenant', '=', tenant)
        .where('scope', '=', scope)
        .executeTakeFirst();
      return row === undefined ? undefined : settingSchema.parse(row).value;
    },
  };
}

/** Items of these lists, in order. */
export async function itemsOfLists(
  db: Database,
  tenant: string,
  listIds: readonly string[],
): Promise<unknown[]> {
  if (listIds.length === 0) return [];
  return db
    .selectFrom('checklist_item')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('checklist_id', 'in', listIds)
    .orderBy('rank')
    .orderBy('id')
    .execute();
}

/** Items of these templates, in order. */
export async function itemsOfTemplates(
  db: Database,
  tenant: string,
  templateIds: readonly string[],
): Promise<unknown[]> {
  if (templateIds.length === 0) return [];
  return db
    .selectFrom('template_item')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('template_id', 'in', templateIds)
    .orderBy('rank')
    .orderBy('id')
    .execute();
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map((row) => row.id);
}
