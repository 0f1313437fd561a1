import type { HistoryAction } from '../history.ts';
import { itemOf, withItemPatch } from '../list-edits.ts';
import type { EditItemBody } from '../requests.ts';
import type { IssueScope, Supplies } from '../scope.ts';
import type { ChecklistStore, ItemPatch } from '../store.ts';
import type { List, ListItem } from '../wire.ts';
import { issueEvent, listInScope, touch } from './shared.ts';

/**
 * Ticks, unticks, rewords an item or changes whether it is mandatory. Only the named columns are written, so two people who
 * change different things of one item both keep theirs. Saying what is already so writes nothing. Throws `not_found`.
 */
export async function editItem(
  store: ChecklistStore,
  scope: IssueScope,
  listId: string,
  itemId: string,
  body: EditItemBody,
  supplies: Supplies,
): Promise<List> {
  const at = supplies.now().toISOString();
  return store.change({ on: 'list', listId }, async (unit) => {
    const list = await listInScope(unit, scope, listId);
    const patch = changesIn(itemOf(list, itemId), body);
    if (Object.keys(patch).length === 0) return list;
    await unit.updateItem(listId, itemId, patch);
    const touched = await touch(unit, scope, list, at);
    for (const { action, detail } of eventsOf(patch)) {
      await unit.record(issueEvent(scope, action, at, { listId, itemId, detail }));
    }
    if (patch.done !== undefined || patch.mandatory !== undefined) {
      await unit.progressDue(scope.issueId, at);
    }
    return withItemPatch(touched, itemId, patch);
  });
}

function changesIn(item: ListItem, body: EditItemBody): ItemPatch {
  const { text, done, mandatory } = body;
  return {
    ...(text !== undefined && text !== item.text ? { text } : {}),
    ...(done !== undefined && done !== item.done ? { done } : {}),
    ...(mandatory !== undefined && mandatory !== item.mandatory ? { mandatory } : {}),
  };
}

function eventsOf(
  patch: ItemPatch,
): { action: HistoryAction; detail: Record<string, string | boolean> }[] {
  const events: ReturnType<typeof eventsOf> = [];
  if (patch.done !== undefined) {
    events.push({ action: patch.done ? 'item_ticked' : 'item_unticked', detail: {} });
  }
  if (patch.text !== undefined || patch.mandatory !== undefined) {
    const detail = {
      ...(patch.text === undefined ? {} : { text: true }),
      ...(patch.mandatory === undefined ? {} : { mandatory: patch.mandatory }),
    };
    events.push({ action: 'item_edited', detail });
  }
  return events;
}
