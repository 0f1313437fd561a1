import { SYSTEM_TIMING, type Timing } from '../copy/unit-account.ts';

/** A comparison that was not made: its tenant can't be compared at the moment, or there are no units to spare for it. */
export class ShadowSkip extends Error {
  override readonly name = 'ShadowSkip';
}

/**
 * Time for a {@link UnitAccount} of comparisons: what it would have to wait for it goes without. Units are then spent on
 * comparisons only while nobody else wants them.
 */
export const NEVER_WAIT: Timing = {
  now: () => SYSTEM_TIMING.now(),
  sleep: () => Promise.reject(new ShadowSkip('no units to spare')),
};
