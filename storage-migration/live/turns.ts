import type { Timing } from '../copy/unit-account.ts';
import { LayerError } from '../errors.ts';

/** As long as a request may be parked for a hand-over. Milliseconds. */
const PATIENCE_MS = 10_000;
const STEP_MS = 500;

/**
 * Work on the same thing, one after the other within this process. Two changes of one bucket at once would fail each other's
 * compare-and-set, and each failure costs three reads, so that a load near the quota would grow by itself; in turn, the second
 * begins where the first has ended. Only cost rests on it, nothing else.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Runs `work` when the earlier work on all of these has ended, and tells it whether there was any. Throws `target.unreachable`,
   * with nothing done, when that takes longer than ten seconds: a call that hangs, or more work than the quota allows.
   */
  async take<T>(
    names: readonly string[],
    timing: Timing,
    work: (hasWaited: boolean) => Promise<T>,
  ): Promise<T> {
    // All at once and without a wait in between, so that two can't wait for each other.
    const before = Promise.all(names.flatMap((name) => this.#last.get(name) ?? []));
    const isFree = names.every((name) => !this.#last.has(name));
    let end = (): void => undefined;
    const turn = new Promise<void>((resolve) => {
      end = resolve;
    });
    for (const name of names) this.#last.set(name, turn);
    try {
      if (!isFree) await inTime(before, timing);
      return await work(!isFree);
    } finally {
      // Whoever gave up waiting is still waited through: what comes later must not overtake what is under way.
      void before.then(() => {
        end();
        for (const name of names) if (this.#last.get(name) === turn) this.#last.delete(name);
      });
    }
  }
}

async function inTime(before: Promise<unknown>, timing: Timing): Promise<void> {
  // In steps: whoever has less patience than this gives its timing an end, and is refused by it.
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    const stillWaiting = timing.sleep(STEP_MS).then(() => 'waiting' as const);
    if ((await Promise.race([before, stillWaiting])) !== 'waiting') return;
  }
  throw new LayerError('target.unreachable', 'earlier changes of these records have not ended');
}
