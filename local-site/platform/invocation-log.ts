import type { LogLine } from '../functions/index.ts';
import type { Clock } from '../types.ts';

/** One run of a function, as the control page shows it. */
export interface InvocationView {
  readonly invocationId: string;
  readonly siteSlug: string;
  readonly functionKey: string;
  readonly moduleKey: string;
  readonly moduleType: string;
  /** The site's time at its begin, epoch milliseconds. */
  readonly at: number;
  /** Real milliseconds; undefined while it runs. */
  readonly durationMs?: number;
  /** `ok`, or the code of its error; undefined while it runs. */
  readonly outcome?: string;
  readonly message?: string;
  readonly lines: readonly Pick<LogLine, 'level' | 'text'>[];
}

type Mutable = { -readonly [Name in keyof InvocationView]: InvocationView[Name] } & {
  lines: Pick<LogLine, 'level' | 'text'>[];
};

const KEPT_INVOCATIONS = 200;
const KEPT_LINES = 50;

/** The last 200 runs of functions, each with its first 50 console lines. */
export class InvocationLog {
  readonly #clock: Clock;
  readonly #seen = new Map<string, Mutable>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns what ends it. */
  begin(
    call: Omit<InvocationView, 'at' | 'durationMs' | 'outcome' | 'message' | 'lines'>,
  ): (error?: unknown) => void {
    const seen: Mutable = { ...call, at: this.#clock.now(), lines: [] };
    this.#seen.set(call.invocationId, seen);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= KEPT_INVOCATIONS) break;
      this.#seen.delete(oldest);
    }
    // Real time on purpose: the function runs in real time.
    const began = performance.now();
    return (error) => {
      seen.durationMs = Math.round(performance.now() - began);
      seen.outcome = error === undefined ? 'ok' : codeOf(error);
      if (error instanceof Error) seen.message = error.message;
    };
  }

  /** A line of a function's console. */
  line({ invocationId, level, text }: LogLine): void {
    const lines = this.#seen.get(invocationId ?? '')?.lines;
    if (lines !== undefined && lines.length < KEPT_LINES) lines.push({ level, text });
  }

  /** Newest first. */
  list(): readonly InvocationView[] {
    return [...this.#seen.values()].reverse();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}
