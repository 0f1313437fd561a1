import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { CHILD_FLAGS } from './child.ts';

/** What one call of `xg` came to. */
export interface Said {
  /** Its exit code; null when it was killed. */
  readonly code: number | null;
  /** The one JSON object that it printed with `--json`; undefined when it printed none. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

export interface Operator {
  /** Runs `xg` with these arguments and `--json` to its end. */
  run(args: readonly string[]): Promise<Said>;
  /** SIGKILL for the call that is under way; false when there is none. */
  kill(): boolean;
}

/** The operator's hands: one call of `xg` at a time, as from a terminal. */
export function createOperator(options: {
  /** What stands before the arguments on the command line, and after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
}): Operator {
  const { before, after, env, onLog } = options;
  let current: ChildProcess | undefined;
  return {
    async run(args) {
      const child = spawn(
        process.execPath,
        [...CHILD_FLAGS, ...before, ...args, '--json', ...after],
        { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] },
      );
      child.stdin.on('error', () => undefined);
      current = child;
      let printed = '';
      child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => onLog(chunk.toString().trimEnd()));
      // `close`, not `exit`: what it printed last may still be on its way.
      const [code] = (await once(child, 'close')) as [number | null];
      current = undefined;
      if (printed.trim() !== '') onLog(printed.trimEnd());
      return { code, json: lastObject(printed) };
    },
    kill: () => current?.kill('SIGKILL') === true,
  };
}

function lastObject(printed: string): Said['json'] {
  const line = printed.trim().split('\n').at(-1) ?? '';
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
