import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FunctionError } from './invocation.ts';
import type { FunctionErrorType, Invocation, LogLine } from './invocation.ts';
import { MAX_PAYLOAD_BYTES } from './payload-size.ts';
import { childMessage } from './process-messages.ts';

const ENTRY = fileURLToPath(new URL('child.cjs', import.meta.url));
/** How long a process may stay silent after a time-out before it counts as blocked. Real time, ours. */
const BLOCKED_AFTER_MS = 500;
const KEPT_STDERR_CHARACTERS = 4_000;
const HEAP_IS_FULL = /heap out of memory|memory limit reached/i;

/** Everything that a child needs to know once. */
export interface ChildSettings {
  readonly bundleDir: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMB: number;
  /**
   * Whether a rejection that nobody handles fails the invocation it belongs to. (Default: true, as Node and AWS Lambda do;
   * what the platform's wrapper does is not established.)
   */
  readonly unhandledRejectionFails?: boolean;
  readonly onLog: (line: LogLine) => void;
  /** The app used a part of Node that the local site does not model. (Default: dropped) */
  readonly onUnmodelled?: (what: string) => void;
}

interface Waiting {
  settle(outcome: FunctionError | string | undefined): void;
}

/**
 * One process with the app's bundle. Runs any number of invocations at the same time.
 *
 * On the platform each of them would have a sandbox of its own, so the neighbours of one that misbehaves would not notice.
 * Here they share the process, and notice this much:
 * - one takes too long but yields: the neighbours finish, then the process is replaced;
 * - one blocks the event loop or ends the process: the neighbours fail with `FUNCTION_PLATFORM_UNKNOWN_ERROR`, which async
 *   events take for the platform's fault;
 * - memory runs out: nobody can tell whose fault it was, all of them fail with `FUNCTION_OUT_OF_MEMORY`;
 * - an exception that nobody caught: its own invocation fails, the neighbours finish, then the process is replaced.
 */
export class FunctionProcess {
  readonly #child: ChildProcess;
  readonly #settings: ChildSettings;
  readonly #waiting = new Map<number, Waiting>();
  /** Settles when the process has ended. */
  readonly gone: Promise<void>;
  /** Milliseconds from the start of the process until it took its first message. Undefined until then. */
  coldStartMs: number | undefined;
  readonly #startedAt = performance.now();
  #stderr = '';
  #nextId = 1;
  #retired = false;
  #heard: (() => void) | undefined;

  constructor(settings: ChildSettings) {
    this.#settings = settings;
    this.#child = fork(ENTRY, [], {
      execPath: process.execPath,
      // V8 ends the process when the heap is full; what lies outside of the heap is watched in memory-limit.cjs.
      execArgv: [`--max-old-space-size=${settings.memoryMB}`],
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR_CHARACTERS);
    });
    this.gone = new Promise((resolve) => {
      // `close`, not `exit`: only then has everything been read that it wrote before its end.
      this.#child.once('close', (code, signal) => {
        this.#lose(signal ?? `exit code ${code ?? 0}`);
        resolve();
      });
      this.#child.once('error', (error) => {
        this.#lose(error.message);
        resolve();
      });
    });
    this.#child.on('message', (raw) => {
      this.#receive(raw);
    });
    const { bundleDir, variables, memoryMB, unhandledRejectionFails = true } = settings;
    this.#child.send({
      ...{ type: 'start', bundleDir, variables, memoryMB, unhandledRejectionFails },
      maxResultBytes: MAX_PAYLOAD_BYTES,
    });
  }

  /** Whether it takes new invocations. */
  get usable(): boolean {
    return !this.#retired && this.#child.connected;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** JSON text of the function's result, undefined for `undefined`. Rejects with {@link FunctionError} only. */
  invoke(invocation: Invocation): Promise<string | undefined> {
    const id = this.#nextId++;
    const { handler, event, meta, timeLimit } = invocation;
    const logLimits = invocation.logLimits ?? { lines: 100, bytes: 200 * 1024 };
    return new Promise((resolve, reject) => {
      // Real time on purpose: the function runs in real time, whatever the site's clock says.
      const timer = setTimeout(() => {
        const seconds = timeLimit / 1000;
        settle(new FunctionError('FUNCTION_TIME_OUT', `Function timed out after ${seconds} s.`));
        this.#giveUpOnRunaway();
      }, timeLimit);
      const crash =
        invocation.crashAfterMs === undefined
          ? undefined
          : setTimeout(() => this.#child.kill('SIGKILL'), invocation.crashAfterMs);
      const settle = (outcome: FunctionError | string | undefined): void => {
        clearTimeout(timer);
        clearTimeout(crash);
        this.#waiting.delete(id);
        if (outcome instanceof FunctionError) reject(outcome);
        else resolve(outcome);
        this.#endWhenIdle();
      };
      this.#waiting.set(id, { settle });
      const { clockOffset = 0 } = invocation;
      const message = {
        ...{ type: 'invoke', id, handler, event, meta, timeLimit, logLimits },
        clockOffset,
      };
      this.#child.send(message, (error) => {
        if (error) settle(new FunctionError('FUNCTION_PLATFORM_UNKNOWN_ERROR', error.message));
      });
    });
  }

  /** Takes nothing new; killed when the last invocation has ended. */
  retire(): void {
    this.#retired = true;
    this.#endWhenIdle();
  }

  /** Kills the process now; open invocations fail. */
  async close(): Promise<void> {
    this.#retired = true;
    this.#child.kill('SIGKILL');
    await this.gone;
  }

  #endWhenIdle(): void {
    if (this.#retired && this.#waiting.size === 0) this.#child.kill('SIGKILL');
  }

  /** The function did not end, so it may still be doing something. Its neighbours may finish if the process still listens. */
  #giveUpOnRunaway(): void {
    this.retire();
    if (this.#waiting.size === 0 || this.#heard !== undefined) return;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), BLOCKED_AFTER_MS);
    this.#heard = (): void => {
      clearTimeout(timer);
      this.#heard = undefined;
    };
    void this.gone.then(this.#heard);
    this.#child.send({ type: 'ping' }, () => undefined);
  }

  #receive(raw: unknown): void {
    const received = childMessage.parse(raw);
    switch (received.type) {
      case 'ready':
        this.coldStartMs = performance.now() - this.#startedAt;
        return;
      case 'pong':
        this.#heard?.();
        return;
      case 'spoilt':
        this.retire();
        return;
      case 'unmodelled':
        this.#settings.onUnmodelled?.(received.what);
        return;
      case 'log': {
        const { level, text, invocationId, dropped } = received;
        const line = { level, text, invocationId };
        this.#settings.onLog(dropped === undefined ? line : { ...line, dropped });
        return;
      }
      case 'result':
        this.#waiting.get(received.id)?.settle(outcomeOf(received.result));
    }
  }

  #lose(reason: string): void {
    this.#retired = true;
    const isMemory = HEAP_IS_FULL.test(this.#stderr);
    for (const waiting of [...this.#waiting.values()]) {
      waiting.settle(
        isMemory
          ? new FunctionError(
              'FUNCTION_OUT_OF_MEMORY',
              `Function ran out of its memory of ${this.#settings.memoryMB} MB.`,
            )
          : new FunctionError(
              'FUNCTION_PLATFORM_UNKNOWN_ERROR',
              `The function's process ended (${reason}). ${this.#stderr}`.trim(),
            ),
      );
    }
  }
}

interface Failure {
  readonly errorMessage: string;
  readonly errorType: string;
  readonly stack: string[];
}

function outcomeOf(
  result:
    | { readonly success: true; readonly text?: string | undefined }
    | { readonly success: false; readonly error: Failure },
): FunctionError | string | undefined {
  if (result.success) return result.text;
  const { errorMessage, errorType, stack } = result.error;
  return new FunctionError(errorType as FunctionErrorType, errorMessage, stack);
}
