import { hostname } from 'node:os';
import { Logger as GraphileLogger, run, type Runner, type TaskList } from 'graphile-worker';
import { NUDGE_CHANNEL, readTenant } from 'crossgrade/postgres';
import pg from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { CrossgradeConfig } from '../config.ts';
import { openPool } from '../open-pool.ts';
import { keepRunning } from './keep-running.ts';
import { runJob } from './run-job.ts';
import { sweep } from './sweep.ts';
import { Lanes } from './tenant-lane.ts';
import { JOBS, type Job, type WorkerContext } from './worker-context.ts';

export interface RunningWorker {
  /** Ends at the next checkpoint of each job, then closes everything. Idempotent. */
  stop(): Promise<void>;
}

/** Milliseconds between two sweeps. */
const SWEEP_MS = 1_000;
const payloadSchema = z.object({ tenant: z.string() });

/**
 * Starts one worker process on the vendor's Postgres. Jobs, retries and locks are graphile-worker's business; how many
 * workers run is the vendor's.
 */
export async function runWorker(config: CrossgradeConfig, log: Logger): Promise<RunningWorker> {
  const pool = openPool(config.databaseUrl, 24, (error) =>
    log.warn({ event: 'connection lost', reason: error.message }),
  );
  let stopping: Promise<void> | undefined;
  const tasks: TaskList = Object.fromEntries(
    JOBS.map((job) => [
      `crossgrade:${job}`,
      (payload: unknown) => runJob(context, job, payloadSchema.parse(payload).tenant),
    ]),
  );
  const start = (): Promise<Runner> =>
    run({
      pgPool: pool,
      taskList: tasks,
      concurrency: 6,
      pollInterval: 1_000,
      noHandleSignals: true,
      logger: quietLogger(log),
      // Written by itself, the outcome of a job would be a rejection that nobody hears when Postgres is away.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
  const runner = await keepRunning(start, (reason) => log.warn({ event: 'queue ended', reason }));
  const context: WorkerContext = {
    pool,
    config,
    log,
    lanes: new Lanes(pool, config),
    who: `worker ${hostname()}/${process.pid}`,
    isStopping: () => stopping !== undefined,
    addJob: async (job: Job, tenant: string) => {
      const options = { jobKey: `${job}/${tenant}`, jobKeyMode: 'preserve_run_at' as const };
      await runner.addJob(`crossgrade:${job}`, { tenant }, options);
    },
  };
  const stopSweeping = keepSweeping(context);
  const stopListening = listen(context);
  return {
    stop: () =>
      (stopping ??= (async () => {
        stopSweeping();
        await stopListening();
        await runner.stop();
        await pool.end();
      })()),
  };
}

function keepSweeping(context: WorkerContext): () => void {
  let timer: NodeJS.Timeout | undefined;
  const turn = (): void => {
    sweep(context)
      .catch((error: unknown) => context.log.warn({ event: 'sweep failed', reason: String(error) }))
      .finally(() => {
        if (!context.isStopping()) timer = setTimeout(turn, SWEEP_MS);
      });
  };
  turn();
  return () => clearTimeout(timer);
}

/** Hears of writes at once. A lost connection is opened again; until then the sweep does the work. */
function listen(context: WorkerContext): () => Promise<void> {
  let client: pg.Client | undefined;
  let closed = false;
  const open = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: context.config.databaseUrl });
    client = next;
    next.on('error', () => {
      if (!closed) setTimeout(() => void open().catch(() => undefined), 1_000);
    });
    next.on('notification', ({ payload }) => {
      if (payload === undefined || closed) return;
      jobOfNudge(context, payload)
        .then((job) => context.addJob(job, payload))
        .catch(() => undefined);
    });
    await next.connect();
    await next.query(`listen ${NUDGE_CHANNEL}`);
  };
  const opened = open().catch((error: unknown) =>
    context.log.warn({ event: 'not listening', reason: String(error) }),
  );
  return async () => {
    closed = true;
    await opened;
    await client?.end();
  };
}

/** What a committed write of the app asks for: with Forge as the authority it is brought back, otherwise it is sent. */
async function jobOfNudge({ pool, config }: WorkerContext, tenant: string): Promise<Job> {
  const row = await readTenant(pool, { tenant, group: config.group.group });
  return row?.stage === 'live' || row?.stage === 'settled' ? 'reverse' : 'push';
}

/** graphile-worker tells every finished job at info; here that is noise. */
function quietLogger(log: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn({ event: 'jobs', message });
    else log.debug({ event: 'jobs', message });
  });
}
