import { z } from 'zod';
import { isSteerable, isVirtual } from '../../support/index.ts';
import type { ClockReading } from '../../support/index.ts';
import { ControlError } from '../control-parts.ts';
import type { ControlWorld } from '../control-parts.ts';
import { duration } from '../words.ts';

/** How the clock stands. `offset` is milliseconds ahead of the machine. */
export interface ClockState extends ClockReading {
  readonly offset: number;
  readonly paused: boolean;
  /** When the next task is due, epoch milliseconds; undefined when none waits or the clock does not say. */
  readonly next: number | undefined;
  readonly followers: number;
  /** False when the clock can only tell the time. */
  readonly steerable: boolean;
  /** False when it does not run by itself, as the clock of tests. */
  readonly running: boolean;
}

/** A month at once is enough: a shorter schedule would run thousands of times. */
const MOST_MS = 31 * 86_400_000;

const Change = z.strictObject({
  /** Moves on; resolves when everything that fell due has run. */
  advanceMs: z.coerce.number().min(0).max(MOST_MS).optional(),
  /** The same, as people say it. */
  advanceMinutes: z.coerce
    .number()
    .min(0)
    .max(MOST_MS / 60_000)
    .optional(),
  paused: z.boolean().optional(),
  speed: z.coerce.number().positive().max(10_000).optional(),
});

export function clockState({ clock, followers }: ControlWorld): ClockState {
  const machineNow = Date.now();
  const running = isVirtual(clock);
  return {
    ...(running ? clock.reading() : { now: clock.now(), machineNow, speed: 0 }),
    offset: clock.now() - machineNow,
    paused: running && clock.paused,
    next: isSteerable(clock) ? clock.next() : undefined,
    followers: followers(),
    steerable: isSteerable(clock),
    running,
  };
}

/** Moves, stops or hurries the clock. Says what it did. */
export async function changeClock({ clock }: ControlWorld, body: unknown): Promise<string> {
  const change = Change.parse(body);
  const ms = (change.advanceMs ?? 0) + (change.advanceMinutes ?? 0) * 60_000;
  const said: string[] = [];
  if (change.paused !== undefined || change.speed !== undefined) {
    if (!isVirtual(clock)) throw standsAlone('does not run by itself');
    if (change.speed !== undefined) {
      clock.setSpeed(change.speed);
      said.push(`Time runs ${change.speed} times as fast as on this machine.`);
    }
    if (change.paused === true) {
      clock.pause();
      said.push('The clock stands.');
    } else if (change.paused === false) {
      clock.resume();
      said.push('The clock runs.');
    }
  }
  if (ms > 0) {
    if (!isSteerable(clock)) throw standsAlone('can only tell the time');
    await clock.advanceAsync(ms);
    said.push(`The clock moved on by ${duration(ms)}.`);
  }
  return said.join(' ');
}

function standsAlone(why: string): ControlError {
  return new ControlError('clock_stands_alone', `The clock of this site ${why}.`);
}
