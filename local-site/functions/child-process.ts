import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FunctionError } from './invocation.ts';
import type { FunctionErrorType, Invocation, LogLine } from './invocation.ts';

const ENTRY = fileURLToPath(new URL('child.cjs', import.meta.url));

/** Everything that a child needs to know once. */
export interface ChildSettings {
  readonly bundleDir: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMB: number;
  readonly onLog: (line: LogLine) => void;
}

const message = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('result'),
    id: z.number(),
    result: z.discriminatedUnion('success', [
      z.object({ success: z.literal(true), text: z.string().optional() }),
      z.object({
        success: z.literal(false),
        error: z.object({
          errorMessage: z.string(),
          errorType: z.string(),
          stack: z.array(z.string()),
        }),
      }),
    ]),
  }),
  z.object({
    type: z.literal('log'),
    id: z.number().optional(),
    level: z.enum(['debug', 'log', 'info', 'warn', 'error']),
    text: z.string(),
  }),
]);

interface Waiting {
  readonly invocationId: string;
  settle(outcome: FunctionError | string | undefined): void;
}

/**
 * One process with the app's bundle. Runs any number of invocations at the same time. After a time-out it is retired:
 * it finishes what it has and is then killed, because a function that did not end may still be doing something.
 */
export class FunctionProcess {
  readonly #child: ChildProcess;
  readonly #settings: ChildSettings;
  readonly #waiting = new Map<number, Waiting>();
  /** Settles when the process has ended. */
  readonly gone: Promise<void>;
  #nextId = 1;
  #retired = false;

  constructor(settings: ChildSettings) {
    this.#settings = settings;
    this.#child = fork(ENTRY, [], {
      execPath: process.execPath,
      execArgv: [`--max-old-space-size=${settings.memoryMB}`],
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.gone = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#lose(`The function's process ended (${signal ?? `exit code ${code ?? 0}`}).`);
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
    const { bundleDir, variables } = settings;
    this.#child.send({ type: 'start', bundleDir, variables });
  }

  /** Whether it takes new invocations. */
  get usable(): boolean {
    return !this.#retired && this.#child.connected;
  }

  /** JSON text of the function's result, undefined for `undefined`. Rejects with {@link FunctionError} only. */
  invoke(invocation: Invocation): Promise<string | undefined> {
    const id = this.#nextId++;
    const { handler, event, meta, timeLimit } = invocation;
    return new Promise((resolve, reject) => {
      // Real time on purpose: the function runs in real time, whatever the site's clock says.
      const timer = setTimeout(() => {
        const seconds = timeLimit / 1000;
        settle(new FunctionError('FUNCTION_TIME_OUT', `Function timed out after ${seconds} s.`));
        this.retire();
      }, timeLimit);
      const settle = (outcome: FunctionError | string | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        if (outcome instanceof FunctionError) reject(outcome);
        else resolve(outcome);
        if (this.#retired && this.#waiting.size === 0) this.#child.kill('SIGKILL');
      };
      this.#waiting.set(id, { invocationId: meta.appContext.invocationId, settle });
      this.#child.send({ type: 'invoke', id, handler, event, meta, timeLimit }, (error) => {
        if (error) settle(new FunctionError('FUNCTION_PLATFORM_UNKNOWN_ERROR', error.message));
      });
    });
  }

  /** Takes nothing new; killed when the last invocation has ended. */
  retire(): void {
    this.#retired = true;
    if (this.#waiting.size === 0) this.#child.kill('SIGKILL');
  }

  /** Kills the process now; open invocations fail. */
  async close(): Promise<void> {
    this.#retired = true;
    this.#child.kill('SIGKILL');
    await this.gone;
  }

  #receive(raw: unknown): void {
    const received = message.parse(raw);
    const waiting = received.id === undefined ? undefined : this.#waiting.get(received.id);
    if (received.type === 'log') {
      const { level, text } = received;
      this.#settings.onLog({ level, text, invocationId: waiting?.invocationId });
      return;
    }
    if (received.result.success) {
      waiting?.settle(received.result.text);
      return;
    }
    const { errorMessage, errorType, stack } = received.result.error;
    waiting?.settle(new FunctionError(errorType as FunctionErrorType, errorMessage, stack));
  }

  #lose(reason: string): void {
    this.#retired = true;
    for (const waiting of [...this.#waiting.values()]) {
      waiting.settle(new FunctionError('FUNCTION_PLATFORM_UNKNOWN_ERROR', reason));
    }
  }
}
