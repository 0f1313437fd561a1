import type { List } from '../../checklist/index.ts';
import type { seedList } from '../seed.ts';
import type { DemoIssue } from '../site/site-doors.ts';
import { emptyList, readPanel } from './open-asks.ts';
import type { Panel } from './panel.ts';
import { patiently } from './patience.ts';
import type { Saved } from './saved.ts';

/** Makes a seeded list, whoever dies meanwhile: asked again, the app says whether it had made it already. */
export async function seedOne(
  saved: Saved,
  issue: DemoIssue,
  panel: Panel,
  shape: ReturnType<typeof seedList>,
): Promise<void> {
  await saved.asks({ issueId: issue.id, listId: shape.id, mayBeGone: true });
  await patiently(async () => {
    const path = `/api/issues/${issue.id}/lists`;
    const answer = await panel.call<List>('POST', path, shape);
    if (answer.status === 201) return saved.list(answer.body);
    const lists = answer.status === 409 ? await readPanel(issue, panel) : [];
    const found = lists.find(({ id }) => id === shape.id);
    if (found === undefined) {
      const body = JSON.stringify(answer.body);
      throw new Error(`${issue.key}: the app answered ${answer.status} ${body}`);
    }
    const items = shape.items.map((item) => ({ ...item, rank: '' }));
    return saved.seenAfterSilence({ ...emptyList(issue, shape.id), items }, found, false);
  });
}
