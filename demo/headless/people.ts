import { seededRandom } from '../../local-site/support/index.ts';
import type { DemoIssue } from '../site/site-doors.ts';
import type { List } from '../../checklist/index.ts';
import type { Panel } from './panel.ts';
import type { Saved } from './saved.ts';
import { runWriter } from './writer.ts';

export interface SeededIssue {
  readonly issue: DemoIssue;
  list: List;
}

const PEOPLE = 4;
/** Lists a person cares for: few, so that each is written often. */
const LISTS_EACH = 50;

/** The lists that four people care for: each has its own. */
export function caredFor(lists: readonly SeededIssue[]): readonly (readonly SeededIssue[])[] {
  const each = Math.min(LISTS_EACH, Math.ceil(lists.length / PEOPLE));
  return Array.from({ length: PEOPLE }, (_, index) =>
    lists.filter((_entry, at) => at % PEOPLE === index).slice(0, each),
  );
}

/** Four people at the panels, each with lists of their own. Stops when told; rejects when one of them could not go on. */
export function startPeople(options: {
  readonly lists: readonly SeededIssue[];
  readonly panels: (issue: DemoIssue) => readonly Panel[];
  readonly saved: Saved;
  readonly seed: string;
  /** Between two things that one person does, on average. */
  readonly pauseMs: number;
}): { stop(): Promise<void> } {
  const { lists, panels, saved, seed, pauseMs } = options;
  let stopped = false;
  const writers = caredFor(lists).map((own, index) =>
    runWriter({
      ...{ panels, saved },
      lists: [...own],
      random: seededRandom(`writer ${index} of ${seed}`),
      pauseMs,
      isStopped: () => stopped,
    }),
  );
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(writers);
    },
  };
}
