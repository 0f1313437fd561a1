import { notFound } from '../errors.ts';
import { withPatch } from '../list-edits.ts';
import { byRank, placeAfter } from '../rank.ts';
import type { MoveBody } from '../requests.ts';
import type { IssueScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import type { List } from '../wire.ts';
import { issueEvent } from './shared.ts';

/** Puts a list right behind another of the same issue, or first. Answers all lists in their new order. Throws `not_found`. */
export async function moveList(
  store: ChecklistStore,
  scope: IssueScope,
  listId: string,
  body: MoveBody,
  supplies: Supplies,
): Promise<List[]> {
  const at = supplies.now().toISOString();
  return store.change({ on: 'issue', issueId: scope.issueId }, async (unit) => {
    const lists = await unit.listsOfIssue(scope.issueId);
    if (!lists.some(({ id }) => id === listId)) throw notFound('list');
    const changes = placeAfter(lists, listId, body.after, 'list');
    if (changes.length === 0) return lists;
    const ranks = new Map(changes.map(({ id, rank }) => [id, rank]));
    for (const { id, rank } of changes) await unit.updateList(id, { rank });
    const detail = { after: body.after };
    await unit.record(issueEvent(scope, 'list_moved', at, { listId, detail }));
    const moved = lists.map((list) => withPatch(list, { rank: ranks.get(list.id) ?? list.rank }));
    return moved.sort(byRank);
  });
}
