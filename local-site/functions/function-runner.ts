import { FunctionProcess } from './child-process.ts';
import type { ChildSettings } from './child-process.ts';
import { FunctionError } from './invocation.ts';
import type { Invocation } from './invocation.ts';
import { requirePayloadFits } from './payload-size.ts';

/**
 * Runs the functions of one deployed version. One warm process serves all of them, because the platform makes one bundle of
 * a version and keeps its sandboxes warm between calls: what a module keeps in a variable is there in the next call, also of
 * another function and another tenant. Only functions with a `memoryMB` of their own get a process of that size. A process
 * is started at the first call, and again after a crash or a time-out.
 */
export class FunctionRunner {
  readonly #settings: ChildSettings;
  readonly #processes = new Set<FunctionProcess>();
  /** The process that takes new calls, by its memory in MB. */
  readonly #current = new Map<number, FunctionProcess>();
  #closed = false;

  constructor(settings: ChildSettings) {
    this.#settings = settings;
  }

  /** Milliseconds that the processes which are running took to start. */
  get coldStarts(): readonly number[] {
    return [...this.#processes].flatMap(({ coldStartMs }) => coldStartMs ?? []);
  }

  /** Process ids, for checks that nothing is left behind. */
  get pids(): readonly number[] {
    return [...this.#processes].flatMap(({ pid }) => pid ?? []);
  }

  /** The function's result after a JSON round trip. Rejects with {@link FunctionError} only. */
  async invoke(invocation: Invocation): Promise<unknown> {
    requirePayloadFits(invocation.event);
    const memoryMB = invocation.memoryMB ?? this.#settings.memoryMB;
    const text = await this.#process(memoryMB).invoke(invocation);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  /** Lets running invocations end, then stops the process. */
  retire(): void {
    this.#closed = true;
    for (const process of this.#processes) process.retire();
  }

  /** Stops at once. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#processes].map((process) => process.close()));
  }

  #process(memoryMB: number): FunctionProcess {
    if (this.#closed) {
      throw new FunctionError('FUNCTION_PLATFORM_UNKNOWN_ERROR', 'This version no longer runs.');
    }
    const current = this.#current.get(memoryMB);
    if (current?.usable === true) return current;
    const started = new FunctionProcess({ ...this.#settings, memoryMB });
    this.#current.set(memoryMB, started);
    this.#processes.add(started);
    void started.gone.then(() => this.#processes.delete(started));
    return started;
  }
}
