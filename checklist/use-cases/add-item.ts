import { idTaken, overLimit } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { withItem, withItemRanks } from '../list-edits.ts';
import { placeAfter, ranksAtEnd } from '../rank.ts';
import type { AddItemBody } from '../requests.ts';
import type { IssueScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import type { List, ListItem } from '../wire.ts';
import { issueEvent, listInScope, touch } from './shared.ts';

/** Adds an item at the end, first (`after: null`) or behind another. Throws `not_found`, `over_limit`, `id_taken`. */
export async function addItem(
  store: ChecklistStore,
  scope: IssueScope,
  listId: string,
  body: AddItemBody,
  supplies: Supplies,
): Promise<List> {
  const at = supplies.now().toISOString();
  const id = body.id ?? supplies.newId();
  return store.change({ on: 'list', listId }, async (unit) => {
    const list = await listInScope(unit, scope, listId);
    if (list.items.length >= LIMITS.itemsPerList) throw overLimit('itemsPerList');
    if (list.items.some((item) => item.id === id)) throw idTaken('item');
    const [own, ...pushed] =
      body.after === undefined
        ? [{ id, rank: ranksAtEnd(list.items, 1)[0] ?? '' }]
        : placeAfter(list.items, id, body.after, 'item');
    const item: ListItem = {
      id,
      text: body.text,
      done: body.done ?? false,
      mandatory: body.mandatory ?? false,
      rank: own?.rank ?? '',
    };
    await unit.insertItem(listId, item);
    for (const { id: other, rank } of pushed) await unit.updateItem(listId, other, { rank });
    const touched = await touch(unit, scope, list, at);
    await unit.record(issueEvent(scope, 'item_added', at, { listId, itemId: id }));
    await unit.progressDue(scope.issueId, at);
    return withItem(withItemRanks(touched, pushed), item);
  });
}
