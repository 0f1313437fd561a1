import type { IssueScope } from '../scope.ts';
import type { ChecklistReader } from '../store.ts';
import type { List } from '../wire.ts';

/** The issue's lists in order. Empty only when the store knows there are none. */
export async function readLists(
  reader: ChecklistReader,
  scope: Pick<IssueScope, 'issueId'>,
): Promise<List[]> {
  return reader.listsOfIssue(scope.issueId);
}
