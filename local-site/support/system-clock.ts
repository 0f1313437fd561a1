import type { Clock } from '../types.ts';

/** Longest delay a Node timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The machine's time. Its timers never keep the process alive: what keeps a local site running is its open port, and a
 * pending lag or schedule must not hold up a clean end.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const due = Date.now() + ms;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = due - Date.now();
      timer =
        left > LONGEST_TIMER_MS
          ? setTimeout(arm, LONGEST_TIMER_MS)
          : setTimeout(task, Math.max(0, left));
      timer.unref();
    };
    arm();
    return () => {
      clearTimeout(timer);
    };
  },
};
