import { Logger as GraphileLogger, run, type Runner, type TaskList } from 'graphile-worker';
import type { Pool } from 'pg';
import type { Logger } from 'pino';

/** Starts graphile-worker on the pool: jobs, retries and locks are its business. Rejects when Postgres can't be reached. */
export function startQueue(pool: Pool, tasks: TaskList, log: Logger): Promise<Runner> {
  return run({
    pgPool: pool,
    taskList: tasks,
    concurrency: 6,
    pollInterval: 1_000,
    noHandleSignals: true,
    logger: quietLogger(log),
    // Written by itself, the outcome of a job would be a rejection that nobody hears when Postgres is away.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
}

/** graphile-worker tells every finished job at info; here that is noise. */
function quietLogger(log: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn({ event: 'jobs', message });
    else log.debug({ event: 'jobs', message });
  });
}
