/** Runs work with the same name one after the other, and work with different names at once. */
export type InTurn = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Queues of one process. They save lost races; what is right does not depend on them. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    const run = before.then(work, work);
    const quiet = run.catch(() => undefined);
    last.set(name, quiet);
    try {
      return await run;
    } finally {
      if (last.get(name) === quiet) last.delete(name);
    }
  };
}

/** At most `most` pieces of work at once; the others wait in the order they came. */
export function createTickets(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
