import { itemOf, withoutItem } from '../list-edits.ts';
import type { IssueScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import type { List } from '../wire.ts';
import { issueEvent, listInScope, touch } from './shared.ts';

/** Deletes an item. Throws `not_found`, also the second time. */
export async function deleteItem(
  store: ChecklistStore,
  scope: IssueScope,
  listId: string,
  itemId: string,
  supplies: Supplies,
): Promise<List> {
  const at = supplies.now().toISOString();
  return store.change({ on: 'list', listId }, async (unit) => {
    const list = await listInScope(unit, scope, listId);
    itemOf(list, itemId);
    await unit.deleteItem(listId, itemId);
    const touched = await touch(unit, scope, list, at);
    await unit.record(issueEvent(scope, 'item_deleted', at, { listId, itemId }));
    await unit.progressDue(scope.issueId, at);
    return withoutItem(touched, itemId);
  });
}
