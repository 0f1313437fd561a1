import { hostname } from 'node:os';
import type { TaskList } from 'graphile-worker';
import { NUDGE_CHANNEL, readTenant } from 'crossgrade/postgres';
import pg from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { CrossgradeConfig } from '../config.ts';
import { openPool } from '../open-pool.ts';
import { keepRunning } from './keep-running.ts';
import { runJob } from './run-job.ts';
import { startQueue } from './start-queue.ts';
import { sweep } from './sweep.ts';
import { Lanes } from './tenant-lane.ts';
import { JOBS, type Job, type WorkerContext } from './worker-context.ts';

export interface RunningWorker {
  /** Ends at the next checkpoint of each job, then closes everything. Idempotent. */
  stop(): Promise<void>;
}

/** Milliseconds between two sweeps. */
const SWEEP_MS = 1_000;
/** Milliseconds before a lost connection that hears of writes is opened again. */
const LISTEN_MS = 1_000;
/**
 * What Forge writes within so many milliseconds comes back together: each turn looks at all heads, which costs units, and sees
 * them some seconds late anyway.
 */
const GATHER_MS = 1_000;
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
  const runner = await keepRunning(
    (watched) => startQueue(pool, watched, log),
    tasks,
    (reason) => log.warn({ event: 'queue ended', reason }),
  );
  const context: WorkerContext = {
    pool,
    config,
    log,
    lanes: new Lanes(pool, config),
    who: `worker ${hostname()}/${process.pid}`,
    isStopping: () => stopping !== undefined,
    addJob: async (job: Job, tenant: string, delayMs = 0) => {
      const options = {
        ...{ jobKey: `${job}/${tenant}`, jobKeyMode: 'preserve_run_at' as const },
        ...(delayMs === 0 ? {} : { runAt: new Date(Date.now() + delayMs) }),
      };
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

/**
 * Hears of writes at once. A lost connection is opened again, and once more a second later for as long as that fails; until
 * then the sweep does the work.
 */
function listen(context: WorkerContext): () => Promise<void> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const open = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: context.config.databaseUrl });
    client = next;
    let isLost = false;
    const lost = (error: unknown): void => {
      if (isLost || closed) return;
      isLost = true;
      context.log.warn({ event: 'not listening', reason: String(error) });
      void next.end().catch(() => undefined);
      timer = setTimeout(() => void open(), LISTEN_MS);
    };
    next.on('error', lost);
    next.on('end', () => lost('the connection ended'));
    next.on('notification', ({ payload }) => {
      if (payload === undefined || closed) return;
      jobOfNudge(context, payload)
        .then((job) => context.addJob(job, payload, job === 'reverse' ? GATHER_MS : 0))
        .catch(() => undefined);
    });
    try {
      await next.connect();
      await next.query(`listen ${NUDGE_CHANNEL}`);
    } catch (error) {
      lost(error);
    }
  };
  const opened = open();
  return async () => {
    closed = true;
    clearTimeout(timer);
    await opened;
    await client?.end().catch(() => undefined);
  };
}

/** What a committed write of the app asks for: with Forge as the authority it is brought back, otherwise it is sent. */
async function jobOfNudge({ pool, config }: WorkerContext, tenant: string): Promise<Job> {
  const row = await readTenant(pool, { tenant, group: config.group.group });
  return row?.stage === 'live' || row?.stage === 'settled' ? 'reverse' : 'push';
}
