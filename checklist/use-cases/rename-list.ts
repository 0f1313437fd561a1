import type { RenameListBody } from '../requests.ts';
import type { IssueScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import type { List } from '../wire.ts';
import { issueEvent, listInScope, touch } from './shared.ts';

/** Renames a list; without a name, or with the one it has, nothing is written. Throws `not_found`. */
export async function renameList(
  store: ChecklistStore,
  scope: IssueScope,
  listId: string,
  body: RenameListBody,
  supplies: Supplies,
): Promise<List> {
  const at = supplies.now().toISOString();
  return store.change({ on: 'list', listId }, async (unit) => {
    const list = await listInScope(unit, scope, listId);
    const { name } = body;
    if (name === undefined || name === list.name) return list;
    const renamed = await touch(unit, scope, list, at, { name });
    const detail = { from: list.name, to: name };
    await unit.record(issueEvent(scope, 'list_renamed', at, { listId, detail }));
    return renamed;
  });
}
