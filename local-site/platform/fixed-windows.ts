/** Counts in windows of a fixed length that begin at whole multiples of it; every key has its own count. */
export class FixedWindows {
  readonly #lengthMs: number;
  #window = Number.NaN;
  /** Counts of the present window only, so that the memory is bounded by what happens in one. */
  #used = new Map<string, number>();

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Counts `amount` for `key`, or refuses it as a whole when it does not fit in `limit`. */
  take(key: string, amount: number, limit: number, now: number): boolean {
    const used = this.used(key, now);
    if (used + amount > limit) return false;
    this.#used.set(key, used + amount);
    return true;
  }

  used(key: string, now: number): number {
    const window = Math.floor(now / this.#lengthMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#used = new Map();
    }
    return this.#used.get(key) ?? 0;
  }

  /** When the present window ends, epoch milliseconds. */
  endsAt(now: number): number {
    return (Math.floor(now / this.#lengthMs) + 1) * this.#lengthMs;
  }
}
