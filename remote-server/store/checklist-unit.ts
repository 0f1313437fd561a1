import { sql } from 'kysely';
import { idTaken } from '../../checklist/index.ts';
import type {
  ChecklistUnit,
  ItemPatch,
  ListItem,
  ListPatch,
  Template,
  Thing,
} from '../../checklist/index.ts';
import type { Database } from '../database/create-database.ts';
import { errorLike } from '../errors/error-like.ts';
import { createChecklistReader } from './checklist-reader.ts';

/** Rows of one statement. Postgres takes 65,535 parameters; an item has seven. */
const CHUNK = 1000;

/** Reads and writes of one tenant inside one transaction. Writes by row and column; see `ChecklistUnit` for what each does. */
export function createChecklistUnit(trx: Database, tenant: string): ChecklistUnit {
  const insertItems = async (listId: string, items: readonly ListItem[]): Promise<void> => {
    const rows = items.map((item) => ({ tenant, checklist_id: listId, ...item }));
    for (let at = 0; at < rows.length; at += CHUNK) {
      const chunk = rows.slice(at, at + CHUNK);
      await unique('item', trx.insertInto('checklist_item').values(chunk).execute());
    }
  };

  const insertTemplateItems = async ({ id, items }: Template): Promise<void> => {
    if (items.length === 0) return;
    const rows = items.map((item) => ({ tenant, template_id: id, ...item }));
    await unique('item', trx.insertInto('template_item').values(rows).execute());
  };

  return {
    ...createChecklistReader(trx, tenant),

    async insertList({ id, items, ...list }) {
      const row = {
        tenant,
        id,
        issue_id: list.issueId,
        project_id: list.projectId,
        name: list.name,
        rank: list.rank,
        template_id: list.templateId,
        template_revision: list.templateRevision,
        created_at: list.createdAt,
        updated_at: list.updatedAt,
      };
      await unique('list', trx.insertInto('checklist').values(row).execute());
      await insertItems(id, items);
    },

    async updateList(listId, patch) {
      const columns = listColumns(patch);
      if (Object.keys(columns).length === 0) return;
      await trx
        .updateTable('checklist')
        .set(columns)
        .where('tenant', '=', tenant)
        .where('id', '=', listId)
        .execute();
    },

    async deleteList(listId) {
      await trx
        .deleteFrom('checklist')
        .where('tenant', '=', tenant)
        .where('id', '=', listId)
        .execute();
    },

    insertItem: (listId, item) => insertItems(listId, [item]),

    async updateItem(listId, itemId, patch) {
      const columns = itemColumns(patch);
      if (Object.keys(columns).length === 0) return;
      await trx
        .updateTable('checklist_item')
        .set(columns)
        .where('tenant', '=', tenant)
        .where('checklist_id', '=', listId)
        .where('id', '=', itemId)
        .execute();
    },

    async deleteItem(listId, itemId) {
      await trx
        .deleteFrom('checklist_item')
        .where('tenant', '=', tenant)
        .where('checklist_id', '=', listId)
        .where('id', '=', itemId)
        .execute();
    },

    async insertTemplate(template) {
      const row = {
        tenant,
        id: template.id,
        project_id: template.projectId,
        name: template.name,
        revision: template.revision,
        created_at: template.createdAt,
        updated_at: template.updatedAt,
      };
      await unique('template', trx.insertInto('template').values(row).execute());
      await insertTemplateItems(template);
    },

    async replaceTemplate(template) {
      const { id, name, revision, updatedAt } = template;
      await trx
        .updateTable('template')
        .set({ name, revision, updated_at: updatedAt })
        .where('tenant', '=', tenant)
        .where('id', '=', id)
        .execute();
      await trx
        .deleteFrom('template_item')
        .where('tenant', '=', tenant)
        .where('template_id', '=', id)
        .execute();
      await insertTemplateItems(template);
    },

    async deleteTemplate(templateId) {
      await trx
        .deleteFrom('template')
        .where('tenant', '=', tenant)
        .where('id', '=', templateId)
        .execute();
    },

    async putSetting(scope, value, at) {
      const row = { tenant, scope, value: JSON.stringify(value), updated_at: at };
      await trx
        .insertInto('tenant_setting')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['tenant', 'scope']).doUpdateSet({ value: row.value, updated_at: at }),
        )
        .execute();
    },

    async record({ issueId, listId, itemId, actor, action, detail, at }) {
      await trx
        .insertInto('history')
        .values({
          tenant,
          issue_id: issueId,
          checklist_id: listId,
          item_id: itemId,
          actor,
          action,
          detail: JSON.stringify(detail),
          at,
        })
        .execute();
    },

    async progressDue(issueId, since) {
      await trx
        .insertInto('progress_due')
        .values({ tenant, issue_id: issueId, since, next_at: since })
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'issue_id'])
            .doUpdateSet({ xact: sql`pg_current_xact_id()`, next_at: since, attempts: 0 }),
        )
        .execute();
    },
  };
}

function listColumns(patch: ListPatch) {
  return {
    ...(patch.name === undefined ? {} : { name: patch.name }),
    ...(patch.rank === undefined ? {} : { rank: patch.rank }),
    ...(patch.projectId === undefined ? {} : { project_id: patch.projectId }),
    ...(patch.updatedAt === undefined ? {} : { updated_at: patch.updatedAt }),
  };
}

function itemColumns(patch: ItemPatch) {
  return {
    ...(patch.text === undefined ? {} : { text: patch.text }),
    ...(patch.done === undefined ? {} : { done: patch.done }),
    ...(patch.mandatory === undefined ? {} : { mandatory: patch.mandatory }),
    ...(patch.rank === undefined ? {} : { rank: patch.rank }),
  };
}

/** A primary key that is in use already: the client minted an id twice. */
async function unique(what: Thing, insert: Promise<unknown>): Promise<void> {
  try {
    await insert;
  } catch (cause) {
    if (errorLike(cause)?.code === '23505') throw idTaken(what, 'id', { cause });
    throw cause;
  }
}
