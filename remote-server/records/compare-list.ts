import { field } from '../../checklist/records/index.ts';
import { differences, isSameTime, itemsOf, type Stored } from './stored-value.ts';
import type { ListRow } from './list-row.ts';

/**
 * What differs between a list's rows and what Forge holds, as paths. Knows nothing of `listDocument`: it goes from the
 * columns to the stored value, so that a mistake of the encoder shows as a difference.
 */
export function compareList(row: ListRow, stored: Stored): readonly string[] {
  const document = field(stored, 'doc');
  const { paths, expect } = differences();
  expect('issue', field(stored, 'issue') === row.issue_id);
  expect('rank', field(stored, 'rank') === row.rank);
  expect('doc.id', field(document, 'id') === row.id);
  expect('doc.issueId', field(document, 'issueId') === row.issue_id);
  expect('doc.projectId', field(document, 'projectId') === row.project_id);
  expect('doc.name', field(document, 'name') === row.name);
  expect('doc.rank', field(document, 'rank') === row.rank);
  expect('doc.templateId', (field(document, 'templateId') ?? null) === row.template_id);
  expect(
    'doc.templateRevision',
    (field(document, 'templateRevision') ?? null) === row.template_revision,
  );
  expect('doc.createdAt', isSameTime(field(document, 'createdAt'), row.created_at));
  expect('doc.updatedAt', isSameTime(field(document, 'updatedAt'), row.updated_at));
  const items = itemsOf(document);
  expect('doc.items.length', items.length === row.items.length);
  for (const [index, item] of row.items.entries()) {
    const other = items[index];
    expect(`doc.items[${index}].id`, field(other, 'id') === item.id);
    expect(`doc.items[${index}].text`, field(other, 'text') === item.text);
    expect(`doc.items[${index}].done`, field(other, 'done') === item.done);
    expect(`doc.items[${index}].mandatory`, field(other, 'mandatory') === item.mandatory);
    expect(`doc.items[${index}].rank`, field(other, 'rank') === item.rank);
  }
  return paths;
}
