import type { Installations } from './installations.ts';
import type { LifeCycle } from './life-cycle.ts';
import type { Seen } from './seen.ts';
import type { Sweeper } from './sweeper.ts';

/** How often each chore is done, by the store's clock. */
const SETTLE_MS = 100;
const SWEEP_MS = 60_000;
const SAVE_USAGE_MS = 1_000;

export interface HousekeepingParts {
  readonly seen: Seen;
  readonly sweeper: Sweeper;
  readonly installations: Installations;
  readonly lifeCycle: LifeCycle;
}

/**
 * The chores of the store, done in small pieces after requests: no timer, so a clock that stands still has none waiting. What
 * is not swept yet is not visible either; a store that nobody calls keeps it.
 */
export class Housekeeping {
  readonly #parts: HousekeepingParts;
  #settledAt = -Infinity;
  #sweptAt = -Infinity;
  #savedAt: number;
  #moreExpired = false;
  #moreDoomed = true;

  constructor(parts: HousekeepingParts, now: number) {
    this.#parts = parts;
    this.#savedAt = now;
  }

  /** To be called when data was taken away. */
  expectDoomed(): void {
    this.#moreDoomed = true;
  }

  run(now: number): void {
    const { seen, sweeper, installations, lifeCycle } = this.#parts;
    if (now - this.#settledAt >= SETTLE_MS) {
      this.#settledAt = now;
      seen.settleSome(now);
    }
    if (this.#moreExpired || now - this.#sweptAt >= SWEEP_MS) {
      this.#sweptAt = now;
      if (lifeCycle.removeOverdue(now)) this.#moreDoomed = true;
      seen.settle(now);
      this.#moreExpired = sweeper.expired(now);
    }
    if (this.#moreDoomed) this.#moreDoomed = sweeper.doomed();
    if (now - this.#savedAt >= SAVE_USAGE_MS) {
      this.#savedAt = now;
      installations.saveUsage();
    }
  }
}
