import type { Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';

/**
 * Removes an issue's lists after Jira deleted the issue. Safe to repeat: a webhook and a Forge trigger may both tell of it.
 * Returns how many lists went. Writes no progress, for the property went with the issue.
 */
export async function forgetIssue(
  store: ChecklistStore,
  issueId: string,
  supplies: Supplies,
): Promise<number> {
  const at = supplies.now().toISOString();
  return store.change({ on: 'issue', issueId }, async (unit) => {
    const lists = await unit.listsOfIssue(issueId);
    for (const { id } of lists) await unit.deleteList(id);
    if (lists.length > 0) {
      await unit.record({
        action: 'issue_forgotten',
        issueId,
        listId: null,
        itemId: null,
        actor: null,
        detail: { lists: lists.length },
        at,
      });
    }
    return lists.length;
  });
}
