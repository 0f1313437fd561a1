import { defineRecord } from 'crossgrade';
import type { Template } from '../../checklist/index.ts';
import { groupBy } from './group-by.ts';
import { field, TEMPLATE_TARGET, templateValue } from '../../checklist/records/index.ts';
import { differences, isSameTime, itemsOf, type Stored } from './stored-value.ts';
import { writeTemplate } from './write-template.ts';

/** A template as its two tables hold it. */
export interface TemplateRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly items: readonly TemplateItemRow[];
}

export interface TemplateItemRow {
  readonly template_id: string;
  readonly id: string;
  readonly text: string;
  readonly mandatory: boolean;
  readonly rank: string;
}

/** One record per template, in the custom entity `tally-template`, queried by project in the order of their creation. */
export const templateRecord = defineRecord<TemplateRow>({
  type: 'template',
  target: TEMPLATE_TARGET,
  encode: (row) => templateValue(toTemplate(row)),
  source: {
    async load(client, tenant, ids) {
      const templates = await client.query<Omit<TemplateRow, 'items'>>(
        `select id, project_id, name, revision, created_at, updated_at
         from template where tenant = $1 and id = any($2::uuid[])`,
        [tenant, ids],
      );
      const items = await client.query<TemplateItemRow>(
        `select template_id, id, text, mandatory, rank
         from template_item where tenant = $1 and template_id = any($2::uuid[])
         order by template_id, rank, id`,
        [tenant, ids],
      );
      const ofTemplate = groupBy(items.rows, (item) => item.template_id);
      return new Map(
        templates.rows.map((row) => [row.id, { ...row, items: ofTemplate.get(row.id) ?? [] }]),
      );
    },
    compare: compareTemplate,
    write: writeTemplate,
  },
});

function toTemplate(row: TemplateRow): Template {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    revision: row.revision,
    items: row.items.map(({ id, text, mandatory, rank }) => ({ id, text, mandatory, rank })),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** From the columns to the stored value, without `templateDocument`; see `compareList`. */
function compareTemplate(row: TemplateRow, stored: Stored): readonly string[] {
  const document = field(stored, 'doc');
  const { paths, expect } = differences();
  expect('project', field(stored, 'project') === row.project_id);
  expect('doc.id', field(document, 'id') === row.id);
  expect('doc.projectId', field(document, 'projectId') === row.project_id);
  expect('doc.name', field(document, 'name') === row.name);
  expect('doc.revision', field(document, 'revision') === row.revision);
  expect('doc.createdAt', isSameTime(field(document, 'createdAt'), row.created_at));
  expect('doc.updatedAt', isSameTime(field(document, 'updatedAt'), row.updated_at));
  const items = itemsOf(document);
  expect('doc.items.length', items.length === row.items.length);
  for (const [index, item] of row.items.entries()) {
    const other = items[index];
    expect(`doc.items[${index}].id`, field(other, 'id') === item.id);
    expect(`doc.items[${index}].text`, field(other, 'text') === item.text);
    expect(`doc.items[${index}].mandatory`, field(other, 'mandatory') === item.mandatory);
    expect(`doc.items[${index}].rank`, field(other, 'rank') === item.rank);
  }
  return paths;
}
