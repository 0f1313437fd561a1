/** The app's own limits on how many of its async events run at once, by key. */
export class QueueLanes {
  readonly #lanes = new Map<string, { running: number; waiting: (() => void)[] }>();

  /** Runs `task` when fewer than `limit` others with this key run. */
  async limited<T>(key: string, limit: number, task: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { running: 0, waiting: [] };
    this.#lanes.set(key, lane);
    while (lane.running >= limit) {
      await new Promise<void>((resolve) => lane.waiting.push(resolve));
    }
    lane.running += 1;
    try {
      return await task();
    } finally {
      lane.running -= 1;
      lane.waiting.shift()?.();
      if (lane.running === 0 && lane.waiting.length === 0) this.#lanes.delete(key);
    }
  }
}
