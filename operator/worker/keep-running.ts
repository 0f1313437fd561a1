import type { Runner } from 'graphile-worker';

/** Milliseconds between two attempts to begin anew. */
const PAUSE_MS = 1_000;

/** A queue's runner that is begun anew when it ends by itself, as it does when Postgres was away for too long. */
export interface KeptRunner {
  /** Adds to the queue through the runner of the moment; rejects while there is none. */
  readonly addJob: Runner['addJob'];
  stop(): Promise<void>;
}

/** Starts it. Rejects only when it can't be started the first time. */
export async function keepRunning(
  start: () => Promise<Runner>,
  onEnded: (reason: string) => void,
): Promise<KeptRunner> {
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let runner = await start();
  const begin = (): void => {
    timer = setTimeout(() => {
      start().then(
        (next) => {
          runner = next;
          if (isStopping) void next.stop().catch(() => undefined);
          else watch(next);
        },
        (error: unknown) => {
          onEnded(String(error));
          if (!isStopping) begin();
        },
      );
    }, PAUSE_MS);
  };
  const watch = (of: Runner): void => {
    const ended = (reason: string): void => {
      if (isStopping) return;
      onEnded(reason);
      begin();
    };
    of.promise.then(
      () => ended('it stopped'),
      (error: unknown) => ended(String(error)),
    );
  };
  watch(runner);
  return {
    addJob: (...parameters: Parameters<Runner['addJob']>) => runner.addJob(...parameters),
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      // It may have ended by itself a moment ago.
      await runner.stop().catch(() => undefined);
    },
  };
}
