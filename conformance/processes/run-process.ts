import { spawn } from 'node:child_process';

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeLimitMs: number;
}

export interface ProcessResult {
  /** Null when it was killed. */
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
  readonly timedOut: boolean;
  readonly ms: number;
}

const running = new Set<number>();

/**
 * Runs a process to its end, in a group of its own, so that what it starts ends with it. Above the time limit the group is
 * killed. Never rejects for what the process does; only for one that cannot be started.
 */
export function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  const { command, args, cwd, env, timeLimitMs } = options;
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...{ cwd, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    let output = '';
    let timedOut = false;
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => {
      timedOut = true;
      if (pid !== undefined) killGroup(pid);
    }, timeLimitMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (pid !== undefined) {
        running.delete(pid);
        // What it left behind in its group.
        killGroup(pid);
      }
      resolve({ code, output, timedOut, ms: Date.now() - started });
    });
  });
}

/** Ends whatever is still running. For the moment when a person presses Ctrl-C. */
export function killRunning(): void {
  for (const pid of running) killGroup(pid);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
