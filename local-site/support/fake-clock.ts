import { DueTasks } from './due-tasks.ts';
import type { SteerableClock } from './steerable-clock.ts';

/** Where a fake clock starts unless told otherwise: 2026-11-22T00:00:00Z, the start of a minute. */
export const FAKE_START_MS = Date.UTC(2026, 10, 22);

/** A clock that moves only when told. Tasks run in order of their due time, ties in order of registration. */
export type FakeClock = SteerableClock;

/** Makes a clock that stands at `startMs` (epoch milliseconds) until it is advanced. */
export function createFakeClock(startMs = FAKE_START_MS): FakeClock {
  let now = startMs;
  const tasks = new DueTasks();

  const runNext = (until: number): boolean => {
    const task = tasks.take(until);
    if (!task) return false;
    now = Math.max(now, task.due);
    task.run();
    return true;
  };
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    now: () => now,
    after: (ms, run) => tasks.add(now + Math.max(0, ms), run),
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
    next: () => tasks.next,
  };
}
