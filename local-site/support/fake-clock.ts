import type { Clock } from '../types.ts';

/** Where a fake clock starts unless told otherwise: 2026-11-22T00:00:00Z, the start of a minute. */
export const FAKE_START_MS = Date.UTC(2026, 10, 22);

/** A clock that moves only when told. Tasks run in order of their due time, ties in order of registration. */
export interface FakeClock extends Clock {
  /** Moves on and runs what falls due on the way, each task at its own time. Tasks that await something go on later. */
  advance(ms: number): void;
  /** As `advance`, but lets pending promises and I/O of this process go on after every task and at the end. */
  advanceAsync(ms: number): Promise<void>;
  /** Tasks still waiting. */
  pending(): number;
}

interface Task {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** Makes a clock that stands at `startMs` (epoch milliseconds) until it is advanced. */
export function createFakeClock(startMs = FAKE_START_MS): FakeClock {
  let now = startMs;
  let registered = 0;
  const tasks = new Set<Task>();

  const takeNext = (until: number): Task | undefined => {
    let next: Task | undefined;
    for (const task of tasks) {
      if (task.due > until) continue;
      if (!next || task.due < next.due || (task.due === next.due && task.order < next.order)) {
        next = task;
      }
    }
    if (next) tasks.delete(next);
    return next;
  };
  const runNext = (until: number): boolean => {
    const task = takeNext(until);
    if (!task) return false;
    now = Math.max(now, task.due);
    task.run();
    return true;
  };
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    now: () => now,
    after(ms, run) {
      const task: Task = { due: now + Math.max(0, ms), order: registered++, run };
      tasks.add(task);
      return () => {
        tasks.delete(task);
      };
    },
    advance(ms) {
      const until = now + ms;
      while (runNext(until));
      now = until;
    },
    async advanceAsync(ms) {
      const until = now + ms;
      await breathe();
      while (runNext(until)) await breathe();
      now = until;
      await breathe();
    },
    pending: () => tasks.size,
  };
}
