/** Steps in which a sliding window forgets. */
const STEPS = 60;

/**
 * Sums amounts over a time. `fixed`: windows lie end to end, aligned with the clock, and each begins at zero.
 * `sliding`: the last `lengthMs`, in steps of a sixtieth.
 */
export class RateWindow {
  readonly #lengthMs: number;
  readonly #stepMs: number;
  /** Sum per step; a fixed window is one step as long as itself. */
  readonly #sums = new Map<number, number>();
  #used = 0;
  #step = 0;

  constructor(lengthMs: number, kind: 'fixed' | 'sliding') {
    this.#lengthMs = lengthMs;
    this.#stepMs = kind === 'fixed' ? lengthMs : lengthMs / STEPS;
  }

  used(now: number): number {
    this.#roll(now);
    return this.#used;
  }

  add(amount: number, now: number): void {
    this.#roll(now);
    this.#used += amount;
    this.#sums.set(this.#step, (this.#sums.get(this.#step) ?? 0) + amount);
  }

  /** Until something is forgotten. */
  msUntilFree(now: number): number {
    this.#roll(now);
    const oldest = Math.min(this.#step, ...this.#sums.keys());
    return oldest * this.#stepMs + this.#lengthMs - now;
  }

  #roll(now: number): void {
    const step = Math.floor(now / this.#stepMs);
    if (step === this.#step) return;
    this.#step = step;
    const first = step - this.#lengthMs / this.#stepMs + 1;
    for (const [at, sum] of this.#sums) {
      if (at >= first) continue;
      this.#sums.delete(at);
      this.#used -= sum;
    }
  }
}
