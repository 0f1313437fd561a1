import type { Clock } from '../types.ts';
import type { ClockReading } from './clock-reading.ts';
import { DueTasks } from './due-tasks.ts';
import type { SteerableClock } from './steerable-clock.ts';

/** Whether a clock runs by itself and can be moved, run faster and stopped. */
export function isVirtual(clock: Clock): clock is VirtualClock {
  return 'settleWith' in clock;
}

export interface VirtualClockOptions {
  /** Where it starts, epoch milliseconds. (Default: the machine's time) */
  readonly startMs?: number;
  /** Milliseconds of the site in one millisecond of the machine. (Default: 1) */
  readonly speed?: number;
}

/**
 * The clock of a running site: the machine's time plus an offset. It runs by itself, can be moved forward, run faster and
 * be stopped. Its timers never keep the process alive.
 */
export interface VirtualClock extends SteerableClock {
  /** Milliseconds ahead of the machine's time. */
  readonly offset: number;
  /** 0 while it stands. */
  readonly speed: number;
  readonly paused: boolean;
  /** Stops time; `advance` still moves it. */
  pause(): void;
  resume(): void;
  /** Changes how fast time runs. Throws a RangeError unless `factor` is above 0 and at most 10,000. */
  setSpeed(factor: number): void;
  reading(): ClockReading;
  /**
   * Told after every change that the passing of time does not explain, also between the tasks of an advance. `advanceAsync`
   * waits for what it returns. Returns what ends it.
   */
  onChange(listener: () => Promise<void> | void): () => void;
  /**
   * `advanceAsync` waits for this after every task, so that what one task started is over before time goes on. `isDue` says
   * that another task has fallen due meanwhile: what is under way may be waiting for that one.
   */
  settleWith(settle: (isDue: () => boolean) => Promise<void>): void;
}

/** Longest delay of a Node timer; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Makes a clock that runs. `advanceAsync` calls wait for each other; `advance` never waits. */
export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const tasks = new DueTasks();
  const listeners = new Set<() => Promise<void> | void>();
  let anchor = { now: options.startMs ?? Date.now(), machineNow: Date.now() };
  let factor = checkedSpeed(options.speed ?? 1);
  let paused = false;
  /** While time is moved by hand it does not pass by itself, so that each task runs at its own time. */
  let held = 0;
  let timer: { readonly due: number; readonly handle: NodeJS.Timeout } | undefined;
  let turn = Promise.resolve();
  let settle: (isDue: () => boolean) => Promise<void> = () => Promise.resolve();

  const speed = (): number => (paused || held > 0 ? 0 : factor);
  const now = (): number => Math.floor(anchor.now + (Date.now() - anchor.machineNow) * speed());
  const set = (time: number): void => {
    anchor = { now: time, machineNow: Date.now() };
  };
  const tell = async (): Promise<void> => {
    await Promise.all([...listeners].map(async (listener) => listener()));
  };

  const disarm = (): void => {
    clearTimeout(timer?.handle);
    timer = undefined;
  };
  /** Sets the one timer for the next task. Costs nothing while that task stays the same. */
  const arm = (): void => {
    const { next } = tasks;
    if (next === undefined || speed() === 0) disarm();
    else if (timer?.due !== next) {
      disarm();
      const ms = Math.ceil((next - now()) / speed());
      const handle = setTimeout(runDue, Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
      timer = { due: next, handle: handle.unref() };
    }
  };
  const runDue = (): void => {
    timer = undefined;
    // Not beyond this moment: what a task registers for "now" gets its turn after pending I/O.
    const until = now();
    try {
      for (let task = tasks.take(until); task !== undefined; task = tasks.take(until)) task.run();
    } finally {
      arm();
    }
  };
  /** Changes how time passes from this moment on. */
  const turnTo = (apply: () => void): void => {
    set(now());
    apply();
    disarm();
    arm();
  };
  const runNext = (until: number): boolean => {
    const task = tasks.take(until);
    if (task === undefined) return false;
    set(Math.max(anchor.now, task.due));
    task.run();
    return true;
  };
  const breathe = async (isDue: () => boolean): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    await settle(isDue);
  };
  const walk = async (ms: number): Promise<void> => {
    turnTo(() => (held += 1));
    try {
      const until = anchor.now + ms;
      const isDue = (): boolean => tasks.next !== undefined && tasks.next <= until;
      await breathe(isDue);
      while (tasks.next !== undefined && tasks.next <= until) {
        set(Math.max(anchor.now, tasks.next));
        await tell();
        runNext(until);
        await breathe(isDue);
      }
      set(Math.max(anchor.now, until));
      await tell();
      await breathe(isDue);
    } finally {
      turnTo(() => (held -= 1));
    }
    await tell();
  };

  return {
    now,
    after(ms, run) {
      const cancel = tasks.add(now() + Math.max(0, ms), run);
      arm();
      return () => {
        cancel();
        arm();
      };
    },
    advance(ms) {
      turnTo(() => (held += 1));
      try {
        const until = anchor.now + ms;
        while (runNext(until));
        set(Math.max(anchor.now, until));
      } finally {
        turnTo(() => (held -= 1));
      }
      void tell();
    },
    advanceAsync(ms) {
      const moved = turn.then(() => walk(ms));
      turn = moved.catch(() => undefined);
      return moved;
    },
    pending: () => tasks.size,
    next: () => tasks.next,
    get offset() {
      return now() - Date.now();
    },
    get speed() {
      return paused ? 0 : factor;
    },
    get paused() {
      return paused;
    },
    pause() {
      turnTo(() => (paused = true));
      void tell();
    },
    resume() {
      turnTo(() => (paused = false));
      void tell();
    },
    setSpeed(next) {
      const checked = checkedSpeed(next);
      turnTo(() => (factor = checked));
      void tell();
    },
    reading: () => ({ now: now(), machineNow: Date.now(), speed: speed() }),
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    settleWith(wait) {
      settle = wait;
    },
  };
}

function checkedSpeed(factor: number): number {
  if (factor > 0 && factor <= 10_000) return factor;
  throw new RangeError(`The speed of a clock is above 0 and at most 10,000, not ${factor}.`);
}
