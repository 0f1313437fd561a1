import { z } from 'zod';
import type { List, ListItem, Template, TemplateItem } from '../../checklist/index.ts';

const time = z.date().transform((date) => date.toISOString());

/** Rows are parsed like any other input: a column that is not what the code believes stops here, not in a customer's page. */
const listRow = z.object({
  id: z.uuid(),
  issue_id: z.string(),
  project_id: z.string(),
  name: z.string(),
  rank: z.string(),
  template_id: z.uuid().nullable(),
  template_revision: z.number().int().nullable(),
  created_at: time,
  updated_at: time,
});

const itemRow = z.object({
  id: z.uuid(),
  checklist_id: z.uuid(),
  text: z.string(),
  done: z.boolean(),
  mandatory: z.boolean(),
  rank: z.string(),
});

const templateRow = z.object({
  id: z.uuid(),
  project_id: z.string(),
  name: z.string(),
  revision: z.number().int(),
  created_at: time,
  updated_at: time,
});

const templateItemRow = itemRow
  .omit({ checklist_id: true, done: true })
  .extend({ template_id: z.uuid() });

/** Puts lists and their items together. Both come ordered from the database. */
export function toLists(lists: readonly unknown[], items: readonly unknown[]): List[] {
  const byList = new Map<string, ListItem[]>();
  for (const row of items) {
    const { checklist_id, ...item } = itemRow.parse(row);
    const group = byList.get(checklist_id);
    if (group) group.push(item);
    else byList.set(checklist_id, [item]);
  }
  return lists.map((row) => {
    const list = listRow.parse(row);
    return {
      id: list.id,
      issueId: list.issue_id,
      projectId: list.project_id,
      name: list.name,
      rank: list.rank,
      items: byList.get(list.id) ?? [],
      templateId: list.template_id,
      templateRevision: list.template_revision,
      createdAt: list.created_at,
      updatedAt: list.updated_at,
    };
  });
}

/** Puts templates and their items together. */
export function toTemplates(templates: readonly unknown[], items: readonly unknown[]): Template[] {
  const byTemplate = new Map<string, TemplateItem[]>();
  for (const row of items) {
    const { template_id, ...item } = templateItemRow.parse(row);
    const group = byTemplate.get(template_id);
    if (group) group.push(item);
    else byTemplate.set(template_id, [item]);
  }
  return templates.map((row) => {
    const template = templateRow.parse(row);
    return {
      id: template.id,
      projectId: template.project_id,
      name: template.name,
      revision: template.revision,
      items: byTemplate.get(template.id) ?? [],
      createdAt: template.created_at,
      updatedAt: template.updated_at,
    };
  });
}
