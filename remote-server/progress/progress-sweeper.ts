import type { Pool } from 'pg';
import { z } from 'zod';
import { progressOf } from '../../checklist/index.ts';
import type { ChecklistReader } from '../../checklist/index.ts';
import type { SiteClient } from '../connect/site-client.ts';
import { messageOf } from '../errors/error-like.ts';
import { RemoteError } from '../errors/remote-error.ts';
import type { Logger } from '../logging/create-logger.ts';

/** Writes the progress of changed issues into Jira. */
export interface ProgressSweeper {
  /** Something is due. Sweeps soon, once for many calls; never throws. */
  poke(): void;
  /** Sweeps everything that is due now. */
  sweep(): Promise<void>;
  /** Ends the timer and waits for what is under way. */
  close(): Promise<void>;
}

/** What the sweeper stands on. Times in milliseconds. */
export interface ProgressSweeperParts {
  readonly pool: Pool;
  readonly site: SiteClient;
  /** The tenant's lists where they live now: progress is never counted from a copy. */
  readonly storeOf: (tenant: string) => Pick<ChecklistReader, 'listsOfIssue'>;
  readonly logger: Logger;
  /** Several ticks of one issue in this time become one write. */
  readonly settle?: number;
  /** How often to look for what other processes or an outage left. */
  readonly every?: number;
}

const BATCH = 20;
const PARALLEL = 5;
/** A process that dies while writing leaves its issues to the others after this time. */
const LEASE = '60 seconds';
const LONGEST_WAIT_SECONDS = 600;

const dueRow = z.object({
  tenant: z.string(),
  issue_id: z.string(),
  xact: z.string(),
  attempts: z.number().int(),
});
type Due = z.infer<typeof dueRow>;

/** Makes the sweeper. Several processes may run one each: a due issue is leased to one of them. */
export function createProgressSweeper(parts: ProgressSweeperParts): ProgressSweeper {
  const { pool, site, storeOf, logger } = parts;
  let soon: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let closed = false;

  const sweepOnce = async (): Promise<void> => {
    for (;;) {
      const due = await claim(pool);
      for (let at = 0; at < due.length; at += PARALLEL) {
        await Promise.all(due.slice(at, at + PARALLEL).map((each) => write(each)));
      }
      if (due.length < BATCH || closed) return;
    }
  };

  const write = async (due: Due): Promise<void> => {
    try {
      const progress = progressOf(await storeOf(due.tenant).listsOfIssue(due.issue_id));
      const path = `/rest/api/3/issue/${encodeURIComponent(due.issue_id)}/properties/checklist`;
      const { status } = await site.call(due.tenant, 'PUT', path, progress);
      // 404: the issue is deleted, and its properties with it.
      if (status === 200 || status === 201 || status === 204 || status === 404) {
        await clear(pool, due);
        return;
      }
      throw new Error(`The site answered ${status}`);
    } catch (error) {
      if (error instanceof RemoteError && error.code === 'not_found') {
        await clear(pool, due);
        return;
      }
      const err = messageOf(error);
      logger.warn({
        event: 'progress_not_written',
        tenant: due.tenant,
        attempts: due.attempts,
        err,
      });
      await postpone(pool, due);
    }
  };

  const sweep = (): Promise<void> => {
    running ??= sweepOnce().finally(() => {
      running = undefined;
    });
    return running;
  };

  const quietly = (): void => {
    sweep().catch((error: unknown) => {
      logger.warn({ event: 'progress_sweep_failed', err: messageOf(error) });
    });
  };

  const timer = setInterval(quietly, parts.every ?? 5_000);
  timer.unref();

  return {
    poke() {
      if (closed) return;
      soon ??= setTimeout(() => {
        soon = undefined;
        quietly();
      }, parts.settle ?? 200);
    },
    sweep,
    async close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(soon);
      await running?.catch(() => undefined);
    },
  };
}

async function claim(pool: Pool): Promise<Due[]> {
  const claimed = await pool.query(
    `update progress_due d set next_at = now() + $2::interval, attempts = d.attempts + 1
       from (select tenant, issue_id from progress_due where next_at <= now()
              order by next_at limit $1 for update skip locked) c
      where d.tenant = c.tenant and d.issue_id = c.issue_id
      returning d.tenant, d.issue_id, d.xact::text as xact, d.attempts`,
    [BATCH, LEASE],
  );
  return claimed.rows.map((row) => dueRow.parse(row));
}

async function clear(pool: Pool, { tenant, issue_id, xact }: Due): Promise<void> {
  await pool.query(
    'delete from progress_due where tenant = $1 and issue_id = $2 and xact = $3::xid8',
    [tenant, issue_id, xact],
  );
}

/** A change that came meanwhile has made the row due at once; only an untouched row waits. */
async function postpone(pool: Pool, { tenant, issue_id, xact, attempts }: Due): Promise<void> {
  const seconds = Math.min(2 ** attempts, LONGEST_WAIT_SECONDS);
  await pool.query(
    `update progress_due set next_at = now() + make_interval(secs => $4)
      where tenant = $1 and issue_id = $2 and xact = $3::xid8`,
    [tenant, issue_id, xact, seconds],
  );
}
