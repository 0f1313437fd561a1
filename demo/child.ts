import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

export interface ChildOptions {
  readonly name: string;
  /** Script and arguments; run by this very Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Each line of its log. */
  readonly onLog?: (line: string) => void;
}

/** A process of the demo that has said that it is ready. */
export interface Child {
  readonly pid: number;
  /** The object in which it said so. */
  readonly ready: unknown;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  /** Asks it to end, waits, and kills it if it does not. */
  stop(): Promise<void>;
}

const GRACE_MS = 12_000;
const LAST_LINES = 15;
/** What every child is started with: it ends when this process has gone, however. */
export const CHILD_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-http-header-size=65536',
  ...['--import', new URL('end-with-parent.mjs', import.meta.url).href],
];

/**
 * Starts a child and resolves at its `{"ready":true}` line; rejects with its last log lines when it ends before.
 *
 * @param onSpawn gets SIGKILL for it before it is ready; false when there is nothing to kill any more.
 */
export async function startChild(
  options: ChildOptions,
  onSpawn: (kill: () => boolean) => void = () => undefined,
): Promise<Child> {
  const { name, args, env, onLog } = options;
  const child = spawn(
    process.execPath,
    [...CHILD_FLAGS, ...args],
    // A group of its own: Ctrl-C goes to the demo, which ends its children in order. Its input stays open as long as the demo.
    { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  child.stdin.on('error', () => undefined);
  onSpawn(() => child.kill('SIGKILL'));
  const last: string[] = [];
  const keep = (line: string): void => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    onLog?.(line);
  };
  createInterface({ input: child.stderr }).on('line', keep);
  const ended = once(child, 'exit').then(() => undefined);
  const said = new Promise<unknown>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"ready":true')) resolve(JSON.parse(line));
      else keep(line);
    });
  });
  const ready = await Promise.race([said, ended]);
  if (ready === undefined)
    throw new Error(`The ${name} ended before it was ready:\n${last.join('\n')}`);
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(timer);
}
