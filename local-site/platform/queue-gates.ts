/** What lets async events in: the per-minute allowance of an installation, and the app's own concurrency limits. */
export class QueueGates {
  readonly #windows = new Map<string, { minute: number; events: number }>();
  readonly #lanes = new Map<string, { running: number; waiting: (() => void)[] }>();

  /** Counts `events` in the current minute (fixed windows), or refuses them all. */
  admit(installationId: string, events: number, perMinute: number, now: number): boolean {
    const minute = Math.floor(now / 60_000);
    const window = this.#windows.get(installationId);
    const used = window?.minute === minute ? window.events : 0;
    if (used + events > perMinute) return false;
    this.#windows.set(installationId, { minute, events: used + events });
    return true;
  }

  /** Runs `task` when fewer than `limit` others with this key run. */
  async limited(key: string, limit: number, task: () => Promise<void>): Promise<void> {
    const lane = this.#lanes.get(key) ?? { running: 0, waiting: [] };
    this.#lanes.set(key, lane);
    while (lane.running >= limit) {
      await new Promise<void>((resolve) => lane.waiting.push(resolve));
    }
    lane.running += 1;
    try {
      await task();
    } finally {
      lane.running -= 1;
      lane.waiting.shift()?.();
      if (lane.running === 0 && lane.waiting.length === 0) this.#lanes.delete(key);
    }
  }
}
