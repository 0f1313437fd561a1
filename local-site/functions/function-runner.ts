import { FunctionProcess } from './child-process.ts';
import type { ChildSettings } from './child-process.ts';
import { FunctionError } from './invocation.ts';
import type { Invocation } from './invocation.ts';

/** 5 MB per invocation, in and out (`limits-invocation`). */
export const MAX_PAYLOAD_BYTES = 5 * 1024 * 1024;

/**
 * Runs the functions of one deployed version in one warm process, which is started at the first call and again after a
 * crash or a time-out.
 */
export class FunctionRunner {
  readonly #settings: ChildSettings;
  readonly #processes = new Set<FunctionProcess>();
  #current: FunctionProcess | undefined;
  #closed = false;

  constructor(settings: ChildSettings) {
    this.#settings = settings;
  }

  /** The function's result after a JSON round trip. Rejects with {@link FunctionError} only. */
  async invoke(invocation: Invocation): Promise<unknown> {
    if (sizeOf(JSON.stringify(invocation.event)) > MAX_PAYLOAD_BYTES) {
      throw new FunctionError(
        'PAYLOAD_TOO_BIG',
        'The payload of an invocation is limited to 5 MB.',
      );
    }
    const text = await this.#process().invoke(invocation);
    if (text === undefined) return undefined;
    if (sizeOf(text) > MAX_PAYLOAD_BYTES) {
      throw new FunctionError('PAYLOAD_TOO_BIG', 'The result of an invocation is limited to 5 MB.');
    }
    return JSON.parse(text) as unknown;
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

  #process(): FunctionProcess {
    if (this.#closed) {
      throw new FunctionError('FUNCTION_PLATFORM_UNKNOWN_ERROR', 'This version no longer runs.');
    }
    if (this.#current?.usable === true) return this.#current;
    const started = new FunctionProcess(this.#settings);
    this.#current = started;
    this.#processes.add(started);
    void started.gone.then(() => this.#processes.delete(started));
    return started;
  }
}

function sizeOf(text: string | undefined): number {
  return Buffer.byteLength(text ?? '');
}
