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
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  /** Asks it to end, waits, and kills it if it does not. */
  stop(): Promise<void>;
  /** SIGKILL, as a machine that loses power. */
  kill(): void;
}

const GRACE_MS = 12_000;
const LAST_LINES = 15;

/** Starts a child and resolves at its `{"ready":true}` line; rejects with its last log lines when it ends before. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, args, env, onLog } = options;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--max-http-header-size=65536', ...args],
    // A group of its own: Ctrl-C goes to the demo, which ends its children in order.
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const last: string[] = [];
  const keep = (line: string): void => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    onLog?.(line);
  };
  createInterface({ input: child.stderr }).on('line', keep);
  const ended = once(child, 'exit').then(() => undefined);
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"ready":true')) resolve();
      else keep(line);
    });
  });
  const outcome = await Promise.race([ready.then(() => 'ready'), ended.then(() => 'ended')]);
  if (outcome === 'ended')
    throw new Error(`The ${name} ended before it was ready:\n${last.join('\n')}`);
  return {
    pid: child.pid ?? 0,
    ended,
    stop: () => stop(child, ended),
    kill: () => child.kill('SIGKILL'),
  };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(timer);
}
