import { DueTasks } from '../support/due-tasks.ts';
import type { Clock } from '../types.ts';
import type { Installation } from './installations.ts';

/**
 * All that the platform means to do later, in one heap with one timer of the clock: ten thousand installations with two
 * schedules each must not hold twenty thousand timers.
 */
class Timetable {
  readonly #clock: Clock;
  readonly #tasks = new DueTasks();
  #alarm: { readonly due: number; readonly cancel: () => void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns what takes the task back. */
  add(ms: number, run: () => void): () => void {
    const cancel = this.#tasks.add(this.#clock.now() + Math.max(0, ms), run);
    this.#arm();
    return () => {
      cancel();
      this.#arm();
    };
  }

  #arm(): void {
    const due = this.#tasks.next;
    if (this.#alarm?.due === due) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (due === undefined) return;
    const cancel = this.#clock.after(due - this.#clock.now(), () => {
      this.#alarm = undefined;
      this.#ring();
    });
    this.#alarm = { due, cancel };
  }

  #ring(): void {
    const now = this.#clock.now();
    for (let task = this.#tasks.take(now); task !== undefined; task = this.#tasks.take(now)) {
      task.run();
    }
    this.#arm();
  }
}

const timetables = new WeakMap<Clock, Timetable>();

/**
 * Runs `task` after `ms` unless the installation is closed before. A task that rejects is reported to `onError`: nobody
 * waits for it.
 */
export function later(
  clock: Clock,
  installation: Installation,
  ms: number,
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): void {
  if (!installation.open) return;
  const timetable = timetables.get(clock) ?? new Timetable(clock);
  timetables.set(clock, timetable);
  const cancel = timetable.add(ms, () => {
    installation.cancels.delete(cancel);
    if (installation.open) task().catch(onError);
  });
  installation.cancels.add(cancel);
}
