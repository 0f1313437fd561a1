import { startChild, type Child, type ChildOptions } from './child.ts';

/** A child that is started again whenever it dies, as a vendor's platform would. */
export interface Supervised {
  readonly pid: number;
  /** What it said when it was ready first. */
  readonly ready: unknown;
  /** How often it had to be started again. */
  readonly restarts: number;
  /** SIGKILL, also while it is starting. False when it is dead at this moment. */
  kill(): boolean;
  /** Resolves when it has been ready at some time after this call, or is now. */
  isUp(): Promise<void>;
  stop(): Promise<void>;
}

/** After a start that failed: it was killed again, or what it needs is still away. */
const PAUSE_MS = 500;

/** Keeps the child running until `stop`. Rejects only when the first start fails. */
export async function supervise(options: ChildOptions): Promise<Supervised> {
  let kill = (): boolean => false;
  const start = (): Promise<Child> => startChild(options, (latest) => (kill = latest));
  let child: Child = await start();
  const { ready } = child;
  let up = Promise.resolve();
  let restarts = 0;
  let stopping = false;
  // A function: it changes while others wait.
  const isStopping = (): boolean => stopping;
  const again = async (): Promise<void> => {
    for (;;) {
      restarts += 1;
      try {
        child = await start();
        return;
      } catch {
        if (isStopping()) return;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      await child.ended;
      if (isStopping()) return;
      up = again();
      await up;
      if (isStopping()) await child.stop();
    }
  };
  const watching = watch();
  return {
    ready,
    get pid() {
      return child.pid;
    },
    get restarts() {
      return restarts;
    },
    kill: () => kill(),
    isUp: () => up,
    stop: async () => {
      stopping = true;
      await child.stop();
      await watching;
    },
  };
}
