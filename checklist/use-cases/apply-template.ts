import { notFound, overLimit } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { ranksAtEnd } from '../rank.ts';
import type { ApplyTemplateBody } from '../requests.ts';
import type { IssueScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import type { List } from '../wire.ts';
import { issueEvent } from './shared.ts';

/**
 * Makes a list from a template of the issue's project. The list remembers the template and its revision of this moment; later
 * revisions do not change it. Throws `not_found`, `over_limit`, `id_taken`.
 */
export async function applyTemplate(
  store: ChecklistStore,
  scope: IssueScope,
  body: ApplyTemplateBody,
  supplies: Supplies,
): Promise<List> {
  const at = supplies.now().toISOString();
  const listId = body.id ?? supplies.newId();
  return store.change({ on: 'issue', issueId: scope.issueId }, async (unit) => {
    const template = await unit.template(body.templateId);
    if (template?.projectId !== scope.projectId) throw notFound('template');
    const lists = await unit.listsOfIssue(scope.issueId);
    if (lists.length >= LIMITS.listsPerIssue) throw overLimit('listsPerIssue');
    const list: List = {
      id: listId,
      issueId: scope.issueId,
      projectId: scope.projectId,
      name: template.name,
      rank: ranksAtEnd(lists, 1)[0] ?? '',
      items: template.items.map(({ text, mandatory, rank }) => ({
        id: supplies.newId(),
        text,
        done: false,
        mandatory,
        rank,
      })),
      templateId: template.id,
      templateRevision: template.revision,
      createdAt: at,
      updatedAt: at,
    };
    await unit.insertList(list);
    const detail = { templateId: template.id, revision: template.revision };
    await unit.record(issueEvent(scope, 'template_applied', at, { listId, detail }));
    await unit.progressDue(scope.issueId, at);
    return list;
  });
}
