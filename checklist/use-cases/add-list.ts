import { overLimit } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { ranksAtEnd } from '../rank.ts';
import type { AddListBody } from '../requests.ts';
import type { IssueScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import type { List } from '../wire.ts';
import { issueEvent } from './shared.ts';

/** Adds a list, with items if given, behind the issue's other lists. Throws `over_limit`, `id_taken`. */
export async function addList(
  store: ChecklistStore,
  scope: IssueScope,
  body: AddListBody,
  supplies: Supplies,
): Promise<List> {
  const at = supplies.now().toISOString();
  const items = body.items ?? [];
  const itemRanks = ranksAtEnd([], items.length);
  const draft = {
    id: body.id ?? supplies.newId(),
    issueId: scope.issueId,
    projectId: scope.projectId,
    name: body.name,
    items: items.map((item, index) => ({
      id: item.id ?? supplies.newId(),
      text: item.text,
      done: item.done ?? false,
      mandatory: item.mandatory ?? false,
      rank: itemRanks[index] ?? '',
    })),
    templateId: null,
    templateRevision: null,
    createdAt: at,
    updatedAt: at,
  };
  return store.change({ on: 'issue', issueId: scope.issueId }, async (unit) => {
    const lists = await unit.listsOfIssue(scope.issueId);
    if (lists.length >= LIMITS.listsPerIssue) throw overLimit('listsPerIssue');
    const list: List = { ...draft, rank: ranksAtEnd(lists, 1)[0] ?? '' };
    await unit.insertList(list);
    const detail = { name: list.name, items: list.items.length };
    await unit.record(issueEvent(scope, 'list_added', at, { listId: list.id, detail }));
    await unit.progressDue(scope.issueId, at);
    return list;
  });
}
