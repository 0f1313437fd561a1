import type { Clock } from '../types.ts';

/**
 * What another process on this machine needs to know the site's time at any later moment: the site's time is
 * `now + (the machine's time - machineNow) * speed`.
 */
export interface ClockReading {
  /** The site's time, epoch milliseconds. */
  readonly now: number;
  /** The machine's time at that moment. */
  readonly machineNow: number;
  /** Milliseconds of the site in one millisecond of the machine; 0 while the clock stands. */
  readonly speed: number;
}

/** Milliseconds by which a clock is ahead of the machine's. */
export function offsetOf(clock: Clock): number {
  return clock.now() - Date.now();
}
