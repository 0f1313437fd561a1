import { itemOf, withItemRanks } from '../list-edits.ts';
import { placeAfter } from '../rank.ts';
import type { MoveBody } from '../requests.ts';
import type { IssueScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import type { List } from '../wire.ts';
import { issueEvent, listInScope, touch } from './shared.ts';

/**
 * Puts an item right behind another of the same list, or first. Only ranks are written: a tick that meets the move is kept.
 * Throws `not_found` when the item or its new neighbour is gone.
 */
export async function moveItem(
  store: ChecklistStore,
  scope: IssueScope,
  listId: string,
  itemId: string,
  body: MoveBody,
  supplies: Supplies,
): Promise<List> {
  const at = supplies.now().toISOString();
  return store.change({ on: 'list', listId }, async (unit) => {
    const list = await listInScope(unit, scope, listId);
    itemOf(list, itemId);
    const changes = placeAfter(list.items, itemId, body.after, 'item');
    if (changes.length === 0) return list;
    for (const { id, rank } of changes) await unit.updateItem(listId, id, { rank });
    const touched = await touch(unit, scope, list, at);
    const detail = { after: body.after };
    await unit.record(issueEvent(scope, 'item_moved', at, { listId, itemId, detail }));
    return withItemRanks(touched, changes);
  });
}
