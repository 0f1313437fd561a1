import type { Clock } from '../types.ts';

interface Held {
  readonly ordinal: number;
  release(): void;
}

/** Calls of one border that are held back until a later one has passed. */
export class WaitingLane {
  #held: Held[] = [];

  /** Resolves when a call with a higher ordinal has passed, or after `ms` of the clock. */
  hold(clock: Clock, ordinal: number, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, () => {
        this.#held = this.#held.filter((each) => each !== held);
        resolve();
      });
      const held: Held = {
        ordinal,
        release: () => {
          cancel();
          resolve();
        },
      };
      this.#held.push(held);
    });
  }

  /** A call was performed: those that came before it may go, the latest first. */
  passed(ordinal: number): void {
    if (this.#held.length === 0) return;
    const free = this.#held.filter((each) => each.ordinal < ordinal);
    this.#held = this.#held.filter((each) => each.ordinal > ordinal);
    for (const each of free.reverse()) each.release();
  }
}
