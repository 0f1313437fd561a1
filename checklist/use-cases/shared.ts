import { notFound } from '../errors.ts';
import type { HistoryAction, HistoryEvent } from '../history.ts';
import { withPatch } from '../list-edits.ts';
import type { IssueScope } from '../scope.ts';
import type { ChecklistReader, ChecklistUnit, ListPatch } from '../store.ts';
import type { List } from '../wire.ts';

/** The list, if it is on the caller's issue; otherwise `not_found`, as if it were not there. */
export async function listInScope(
  reader: ChecklistReader,
  scope: IssueScope,
  listId: string,
): Promise<List> {
  const list = await reader.list(listId);
  if (list?.issueId !== scope.issueId) throw notFound('list');
  return list;
}

/**
 * Writes what every change of a list writes: its time, and the project the issue is in now (an issue that moved to another
 * project keeps its lists). Returns the list as it stands.
 */
export async function touch(
  unit: ChecklistUnit,
  scope: IssueScope,
  list: List,
  at: string,
  patch: ListPatch = {},
): Promise<List> {
  const moved = list.projectId === scope.projectId ? {} : { projectId: scope.projectId };
  const whole: ListPatch = { ...patch, ...moved, updatedAt: at };
  await unit.updateList(list.id, whole);
  return withPatch(list, whole);
}

export interface IssueEventFacts {
  readonly listId?: string;
  readonly itemId?: string;
  readonly detail?: HistoryEvent['detail'];
}

/** A line of history about something on the caller's issue. */
export function issueEvent(
  scope: IssueScope,
  action: HistoryAction,
  at: string,
  { listId, itemId, detail }: IssueEventFacts = {},
): HistoryEvent {
  return {
    action,
    issueId: scope.issueId,
    listId: listId ?? null,
    itemId: itemId ?? null,
    actor: scope.actor,
    detail: detail ?? {},
    at,
  };
}
