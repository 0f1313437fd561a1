import type { IssueScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import { issueEvent, listInScope } from './shared.ts';

/** Deletes a list with its items. Throws `not_found`, also the second time. */
export async function deleteList(
  store: ChecklistStore,
  scope: IssueScope,
  listId: string,
  supplies: Supplies,
): Promise<void> {
  const at = supplies.now().toISOString();
  await store.change({ on: 'list', listId }, async (unit) => {
    const list = await listInScope(unit, scope, listId);
    await unit.deleteList(listId);
    const detail = { name: list.name, items: list.items.length };
    await unit.record(issueEvent(scope, 'list_deleted', at, { listId, detail }));
    await unit.progressDue(scope.issueId, at);
  });
}
