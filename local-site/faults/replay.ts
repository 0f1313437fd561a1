import type { Fault } from './fault.ts';
import type { CountedCall, FaultEntry } from './fault-log.ts';

/**
 * Does again what a log says. A call is known by its border, its text and by being the how manieth with that text, not by
 * when it came: calls with different texts may change places and still get their own faults, and calls with the same text
 * are taken for each other. A call that the first run did not make gets none.
 */
export class Replay {
  readonly #left = new Map<string, FaultEntry>();

  constructor(log: readonly FaultEntry[]) {
    for (const entry of log) this.#left.set(nameOf(entry), entry);
  }

  next(call: CountedCall): Fault | undefined {
    const name = nameOf(call);
    const entry = this.#left.get(name);
    this.#left.delete(name);
    return entry?.fault;
  }

  /** What has not been met yet. */
  left(): readonly FaultEntry[] {
    return [...this.#left.values()];
  }
}

function nameOf({ border, what, nth }: CountedCall): string {
  return `${border}\n${nth}\n${what}`;
}
