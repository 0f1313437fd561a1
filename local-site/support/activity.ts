/** Longest time, in real milliseconds, that a moving clock waits for what is under way. */
const PATIENCE_MS = 2_000;
const LOOK_AGAIN_MS = 2;

/** Counts what is under way at the borders of the site: requests being answered, functions running. */
export class Activity {
  #underWay = 0;
  /** How many of them outlasted the patience already: a function that hangs must not hold up every step of an advance. */
  #givenUp = 0;

  get underWay(): number {
    return this.#underWay;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      this.#givenUp = Math.min(this.#givenUp, this.#underWay);
    }
  }

  /**
   * Resolves when nothing is under way, when `isDue` says that the clock has work, or after two seconds: something may be
   * waiting for a later time, and time must go on for it. What outlasted them is not waited for again.
   */
  async settle(isDue: () => boolean): Promise<void> {
    // Real time on purpose: sockets and processes take real time, whatever the site's clock says.
    const giveUpAt = performance.now() + PATIENCE_MS;
    while (this.#underWay > this.#givenUp && !isDue()) {
      if (performance.now() >= giveUpAt) this.#givenUp = this.#underWay;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}
