import type { Border } from '../types.ts';
import type { Fault } from './fault.ts';

/** A call as scripts, logs and replays name it. */
export interface CountedCall {
  readonly border: Border;
  readonly what: string;
  /** The how manieth call of its border, from 1. */
  readonly ordinal: number;
  /** The how manieth call of its border with this text, from 1. */
  readonly nth: number;
}

/** One fault that was done. Plain JSON, so that a failed run can be kept in a file. */
export interface FaultEntry extends CountedCall {
  /** The site's time, epoch milliseconds. */
  readonly at: number;
  readonly fault: Fault;
}

const KEPT = 10_000;

/** What was done, oldest first; at most 10,000. */
export class FaultLog {
  readonly #entries: FaultEntry[] = [];

  add(entry: FaultEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  entries(): readonly FaultEntry[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
