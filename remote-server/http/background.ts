import { messageOf } from '../errors/error-like.ts';
import type { Logger } from '../logging/create-logger.ts';

/** Work that goes on after its request was answered. */
export interface Background {
  /** Starts `work`. A rejection is logged under `event` and goes no further. */
  run(event: string, work: () => Promise<void>): void;
  /** Resolves when nothing is running any more; for shutdown and tests. */
  idle(): Promise<void>;
}

/** Keeps account of work off the request path, so that a shutdown can wait for it. */
export function createBackground(logger: Logger): Background {
  const running = new Set<Promise<void>>();
  return {
    run(event, work) {
      const task: Promise<void> = Promise.resolve()
        .then(work)
        .catch((error: unknown) => {
          logger.warn({ event, err: messageOf(error) });
        })
        .finally(() => running.delete(task));
      running.add(task);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
