import { startChild, type Child, type ChildOptions } from './child.ts';

/** A child that is started again whenever it dies, as a vendor's platform would. */
export interface Supervised {
  readonly pid: number;
  /** How often it had to be started again. */
  readonly restarts: number;
  kill(): void;
  stop(): Promise<void>;
}

/** Keeps the child running until `stop`. Rejects only when the first start fails. */
export async function supervise(options: ChildOptions): Promise<Supervised> {
  let child: Child = await startChild(options);
  let stopping = false;
  let restarts = 0;
  const watch = async (): Promise<void> => {
    for (;;) {
      await child.ended;
      if (stopping) return;
      restarts += 1;
      try {
        child = await startChild(options);
      } catch {
        // It died while starting, for instance killed again: one more try after a moment.
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  };
  const watching = watch();
  return {
    get pid() {
      return child.pid;
    },
    get restarts() {
      return restarts;
    },
    kill: () => child.kill(),
    stop: async () => {
      stopping = true;
      await child.stop();
      await watching;
    },
  };
}
