import { defineRecord } from 'crossgrade';
import type { List } from '../../checklist/index.ts';
import { LIST_TARGET, listValue } from '../../checklist/records/index.ts';
import { compareList } from './compare-list.ts';
import { groupBy } from './group-by.ts';
import type { ListItemRow, ListRow } from './list-row.ts';
import { writeList } from './write-list.ts';

/** One record per list, in the custom entity `tally-list`: issue and rank can be queried, the document is one value. */
export const listRecord = defineRecord<ListRow>({
  type: 'list',
  target: LIST_TARGET,
  encode: (row) => listValue(toList(row)),
  source: {
    async load(client, tenant, ids) {
      const lists = await client.query<Omit<ListRow, 'items'>>(
        `select id, issue_id, project_id, name, rank, template_id, template_revision, created_at, updated_at
         from checklist where tenant = $1 and id = any($2::uuid[])`,
        [tenant, ids],
      );
      const items = await client.query<ListItemRow>(
        `select checklist_id, id, text, done, mandatory, rank
         from checklist_item where tenant = $1 and checklist_id = any($2::uuid[])
         order by checklist_id, rank, id`,
        [tenant, ids],
      );
      const itemsOf = groupBy(items.rows, (item) => item.checklist_id);
      return new Map(
        lists.rows.map((row) => [row.id, { ...row, items: itemsOf.get(row.id) ?? [] }]),
      );
    },
    compare: compareList,
    write: writeList,
  },
});

function toList(row: ListRow): List {
  return {
    id: row.id,
    issueId: row.issue_id,
    projectId: row.project_id,
    name: row.name,
    rank: row.rank,
    items: row.items.map(({ id, text, done, mandatory, rank }) => ({
      id,
      text,
      done,
      mandatory,
      rank,
    })),
    templateId: row.template_id,
    templateRevision: row.template_revision,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
