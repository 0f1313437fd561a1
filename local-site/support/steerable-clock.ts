import type { Clock } from '../types.ts';

/** A clock that can be moved forward by hand. The fake clock of tests and the clock of a running site both can. */
export interface SteerableClock extends Clock {
  /** Moves on and runs what falls due on the way, each task at its own time. Tasks that await something go on later. */
  advance(ms: number): void;
  /** As `advance`, but lets what is under way go on after every task and at the end. */
  advanceAsync(ms: number): Promise<void>;
  /** Tasks still waiting. */
  pending(): number;
  /** When the next of them is due, epoch milliseconds; undefined when none waits. */
  next(): number | undefined;
}

/** Whether a clock can be moved by hand. */
export function isSteerable(clock: Clock): clock is SteerableClock {
  return 'advanceAsync' in clock && typeof clock.advanceAsync === 'function';
}
