import type { Fault, FaultKind } from './fault.ts';
import type { CountedCall } from './fault-log.ts';
import type { ScriptLine } from './fault-plan.ts';

/** A line of the script with how far it has come, as the control page shows it. */
export interface LineState {
  readonly line: ScriptLine;
  /** Matching calls since the line was added. */
  readonly seen: number;
  /** Calls that got the fault. */
  readonly done: number;
  readonly over: boolean;
}

interface Running {
  readonly line: ScriptLine;
  readonly pattern: RegExp | undefined;
  seen: number;
  done: number;
  /** Epoch milliseconds at which a span ends. */
  endsAt: number | undefined;
  over: boolean;
}

/** The lines of a script, each counting the calls that match it from the moment on at which it was added. */
export class ScriptRun {
  readonly #lines: Running[] = [];

  add(line: ScriptLine): void {
    const { matching } = line;
    // A pattern with `g` or `y` would remember where it stopped.
    const pattern =
      matching instanceof RegExp
        ? new RegExp(matching.source, matching.flags.replace(/[gy]/g, ''))
        : matching === undefined
          ? undefined
          : new RegExp(matching);
    this.#lines.push({ line, pattern, seen: 0, done: 0, endsAt: undefined, over: false });
  }

  clear(): void {
    this.#lines.length = 0;
  }

  /** Counts the call in every line; gives the fault of the first line that wants it. */
  next(call: CountedCall, now: number): Fault | FaultKind | undefined {
    let chosen: Fault | FaultKind | undefined;
    for (const running of this.#lines) {
      if (!matches(running, call)) continue;
      running.seen += 1;
      if (running.over || chosen !== undefined || !wants(running, now)) continue;
      running.done += 1;
      chosen = running.line.fault;
    }
    return chosen;
  }

  states(): readonly LineState[] {
    return this.#lines.map(({ line, seen, done, over }) => ({ line, seen, done, over }));
  }
}

function matches({ line, pattern }: Running, { border, what }: CountedCall): boolean {
  return line.border === border && (pattern === undefined || pattern.test(what));
}

/** Whether the line strikes now. It begins at its `nth` call and ends after `times` calls or after its span. */
function wants(running: Running, now: number): boolean {
  const { nth = 1, forMs, times = forMs === undefined ? 1 : Infinity } = running.line;
  if (running.seen < nth) return false;
  if (forMs !== undefined) {
    running.endsAt ??= now + forMs;
    if (now >= running.endsAt) running.over = true;
  }
  if (running.over) return false;
  if (running.done + 1 >= times) running.over = true;
  return true;
}
