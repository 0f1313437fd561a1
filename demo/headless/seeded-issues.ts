import { randomUUID } from 'node:crypto';
import { seededRandom } from '../../local-site/support/index.ts';
import type { DemoIssue } from '../site/site-doors.ts';
import { emptyList } from './open-asks.ts';
import type { Panel } from './panel.ts';
import type { SeededIssue } from './people.ts';
import type { RunBook } from './run-book.ts';
import { make, settled } from './writer.ts';

/**
 * The seeded issues in order, each with the list that it has now. One whose list was just deleted when the demo was killed gets
 * another, as its owner would make it.
 */
export async function seededIssues(
  book: RunBook,
  panelOf: (issue: DemoIssue) => Panel,
): Promise<SeededIssue[]> {
  const { saved } = book;
  const present = new Map(saved.present().map((list) => [list.issueId, list]));
  const random = seededRandom('lists made again');
  const seeded: SeededIssue[] = [];
  for (const { issue } of book.seeded().values()) {
    const turn = { issue, panel: panelOf(issue), list: emptyList(issue, '') };
    const list =
      present.get(issue.id) ??
      (await settled({ saved, random }, turn, await make({ saved, random }, turn, randomUUID())));
    seeded.push({ issue, list });
  }
  return seeded.sort((a, b) => Number(a.issue.id) - Number(b.issue.id));
}
