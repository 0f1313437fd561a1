import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** A process that measures what it is asked for, one thing at a time. */
export interface Measuring {
  /** What it said when it was ready. */
  readonly hello: unknown;
  /** Rejects with what went wrong in the process. */
  ask(measure: string): Promise<unknown>;
  /** Lets it put things away, and waits until it has ended. */
  stop(): Promise<void>;
}

const said = z.union([z.object({ value: z.unknown() }), z.object({ error: z.string() })]);

/** Starts `file` of this folder; rejects when it ends before it is ready. */
export async function startMeasuring(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Measuring> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const hello = await heard(child);
  const ask = (measure: string): Promise<unknown> => {
    const answer = heard(child);
    child.send(measure);
    return answer;
  };
  return {
    hello,
    ask,
    async stop() {
      await ask('stop');
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

function heard(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const early = (code: number | null) =>
      reject(new Error(`The measured process ended with ${code ?? 'a signal'}.`));
    child.once('exit', early);
    child.once('message', (raw: unknown) => {
      child.off('exit', early);
      const message = said.parse(raw);
      if ('error' in message) reject(new Error(message.error));
      else resolve(message.value);
    });
  });
}
