import type { List } from '../../checklist/index.ts';
import type { DemoIssue } from '../site/site-doors.ts';
import type { Panel } from './panel.ts';
import { patiently } from './patience.ts';
import type { Saved } from './saved.ts';

/** The lists that a panel shows. Rejects rather than take an error for "none". */
export async function readPanel(issue: DemoIssue, panel: Panel): Promise<List[]> {
  const path = `/api/issues/${issue.id}/lists`;
  const answer = await panel.call<{ lists: List[] }>('GET', path);
  if (answer.status !== 200) throw new Error(`${issue.key}: the app answered ${answer.status}`);
  return answer.body.lists;
}

/** After the death of the process that had sent them: looks what became of requests whose answers nobody has heard. */
export async function settleOpenAsks(
  saved: Saved,
  issues: readonly DemoIssue[],
  panelOf: (issue: DemoIssue) => Panel,
): Promise<void> {
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  for (const { issueId, listId, mayBeGone } of saved.openAsks()) {
    const issue = byId.get(issueId);
    if (issue === undefined) throw new Error(`The ledger does not know issue ${issueId}.`);
    const lists = await patiently(() => readPanel(issue, panelOf(issue)));
    const found = lists.find(({ id }) => id === listId);
    await saved.leaveOpen('The demo itself was killed before it heard the answer.');
    const before = saved.find(listId) ?? emptyList(issue, listId);
    await saved.seenAfterSilence(before, found, mayBeGone);
  }
}

/** A list of which nothing was ever seen. */
export function emptyList(issue: DemoIssue, id: string): List {
  return {
    ...{ id, issueId: issue.id, projectId: issue.projectId, name: '', rank: '', items: [] },
    ...{ templateId: null, templateRevision: null, createdAt: '', updatedAt: '' },
  };
}
