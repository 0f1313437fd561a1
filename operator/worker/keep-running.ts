import type { Runner, Task, TaskList } from 'graphile-worker';

/** Milliseconds between two attempts to begin anew. */
const PAUSE_MS = 1_000;
/** Milliseconds a queue that has no work left gets for its own end; one that lost Postgres may never come to it. */
const STOP_MS = 5_000;

/** A queue's runner that is begun anew when it stops by itself, as it does when Postgres is away as a job ends. */
export interface KeptRunner {
  /** Adds to the queue through the runner of the moment; rejects while there is none. */
  readonly addJob: Runner['addJob'];
  /** Takes no more work, waits for what is under way, in runners of before as well, and ends. */
  stop(): Promise<void>;
}

/**
 * Starts it. Rejects only when it can't be started the first time.
 *
 * The next runner begins as soon as the last one takes no more work, not when it has ended. Its end waits for the longest of
 * its jobs, and never comes at all when two outcomes could not be written at once: graphile-worker 0.18 counts such
 * outcomes twice, and then waits for a count that it has passed. What still works for the last runner does no harm to the
 * next: jobs exclude each other (see `exclusive`), and each of their writes is conditional.
 */
export async function keepRunning(
  start: (tasks: TaskList) => Promise<Runner>,
  tasks: TaskList,
  onEnded: (reason: string) => void,
): Promise<KeptRunner> {
  const work = new WorkUnderWay();
  const watched = work.watch(tasks);
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let beginning: Promise<void> | undefined;
  const begin = (last?: Runner): void => {
    timer = setTimeout(() => {
      // Lets go of its clocks, which it would only do at its end.
      void last?.stop().catch(() => undefined);
      beginning = start(watched).then(use, (error: unknown) => {
        onEnded(String(error));
        if (!isStopping) begin();
      });
    }, PAUSE_MS);
  };
  const use = (next: Runner): void => {
    runner = next;
    let hasEnded = false;
    const ended = (reason: string): void => {
      if (isStopping || hasEnded) return;
      hasEnded = true;
      onEnded(reason);
      begin(next);
    };
    next.events.on('pool:gracefulShutdown', ({ message }) => ended(message));
    next.promise.then(
      () => ended('it stopped'),
      (error: unknown) => ended(String(error)),
    );
  };
  let runner = await start(watched);
  use(runner);
  return {
    addJob: (...parameters: Parameters<Runner['addJob']>) => runner.addJob(...parameters),
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await beginning;
      // It may have ended by itself a moment ago.
      const stopped = runner.stop().catch(() => undefined);
      await work.ended();
      await Promise.race([stopped, pause(STOP_MS)]);
      await work.ended();
    },
  };
}

/** The jobs that run at the moment, whichever runner took them. */
class WorkUnderWay {
  readonly #running = new Set<Promise<unknown>>();

  watch(tasks: TaskList): TaskList {
    return Object.fromEntries(
      Object.entries(tasks).map(([name, task]) => [name, this.#watched(task as Task)]),
    );
  }

  /** Resolves when nothing runs. Whoever asks sees to it that nothing new is taken. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  #watched(task: Task): Task {
    return async (payload, helpers) => {
      const running = Promise.resolve(task(payload, helpers));
      this.#running.add(running);
      try {
        return await running;
      } finally {
        this.#running.delete(running);
      }
    };
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
