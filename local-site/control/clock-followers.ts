import type { ClockReading } from '../support/index.ts';

/** What a follower hears. It asks again with `sequence` once it has applied the reading. */
export interface Told {
  readonly sequence: number;
  readonly reading: ClockReading;
}

interface Follower {
  seen: number;
  /** Answers the question that is open now. */
  answer: ((told: Told) => void) | undefined;
}

/** Longest time, in real milliseconds, that a change waits for a follower. */
const PATIENCE_MS = 500;

/**
 * Processes that live in the site's time (`support/follow-clock.mjs`). Each keeps a question open that is answered by the
 * next change; its next question says that it has applied the answer. So a change is over when all of them have asked again.
 */
export class ClockFollowers {
  readonly #read: () => ClockReading;
  readonly #followers = new Map<string, Follower>();
  readonly #applied = new Set<() => void>();
  #sequence = 0;

  constructor(read: () => ClockReading) {
    this.#read = read;
  }

  get count(): number {
    return this.#followers.size;
  }

  /** Answers at once when there is news beyond `seen`, else with the next change. */
  follow(id: string, seen: number): Promise<Told> {
    const follower: Follower = { seen, answer: undefined };
    this.#followers.set(id, follower);
    for (const check of this.#applied) check();
    if (seen !== this.#sequence) return Promise.resolve(this.#tell());
    return new Promise((resolve) => {
      follower.answer = resolve;
    });
  }

  /** The follower's connection has ended. */
  leave(id: string): void {
    this.#followers.delete(id);
    for (const check of this.#applied) check();
  }

  /** Tells everybody; resolves when all have applied it, or after half a second. Who is slower is forgotten. */
  async changed(): Promise<void> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    for (const follower of this.#followers.values()) {
      follower.answer?.(this.#tell());
      follower.answer = undefined;
    }
    const late = (): string[] =>
      [...this.#followers].filter(([, { seen }]) => seen < sequence).map(([id]) => id);
    if (late().length === 0) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#applied.delete(check);
        resolve();
      };
      const check = (): void => {
        if (late().length === 0) done();
      };
      // Real time on purpose: this is about sockets.
      const timer = setTimeout(() => {
        for (const id of late()) this.#followers.delete(id);
        done();
      }, PATIENCE_MS);
      this.#applied.add(check);
    });
  }

  #tell(): Told {
    return { sequence: this.#sequence, reading: this.#read() };
  }
}
