/** Where every decision of a simulated run comes from. 0 and false are the dull answers: in order, without faults. */
export interface Choices {
  /** 0 … n−1. */
  pick(n: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
}

/** A repeatable source of numbers in [0, 1) (mulberry32): the same seed gives the same sequence everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws decisions from a seed, or takes them from a list, and writes them down, so that a run can be replayed and shrunk. */
export class WrittenChoices implements Choices {
  readonly taken: number[] = [];
  readonly #next: (n: number, probability?: number) => number;

  private constructor(next: (n: number, probability?: number) => number) {
    this.#next = next;
  }

  static seeded(seed: number): WrittenChoices {
    const random = seededRandom(seed);
    return new WrittenChoices((n, probability) =>
      probability === undefined ? Math.floor(random() * n) : random() < probability ? 1 : 0,
    );
  }

  /** Beyond the end of the list every decision is the dull one. */
  static listed(list: readonly number[]): WrittenChoices {
    let at = 0;
    return new WrittenChoices((n) => {
      const value = (list[at] ?? 0) % n;
      at += 1;
      return value;
    });
  }

  pick(n: number): number {
    return n <= 1 ? 0 : this.#take(this.#next(n));
  }

  chance(probability: number): boolean {
    return probability > 0 && this.#take(this.#next(2, probability)) === 1;
  }

  #take(value: number): number {
    this.taken.push(value);
    return value;
  }
}
