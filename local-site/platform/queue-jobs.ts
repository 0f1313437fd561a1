import { z } from 'zod';
import type { State } from '../state/index.ts';
import type { Answer, Clock } from '../types.ts';
import { jobSchema } from './queue-event.ts';

const KIND = 'job';
const Stored = z.object({
  queueName: z.string(),
  inProgress: z.number(),
  success: z.number(),
  failed: z.number(),
  cancelled: z.boolean(),
  /** Time of the last change, epoch milliseconds. */
  at: z.number(),
});

/** What became of the events of one push. */
export interface Job {
  /** Names it among all jobs. */
  readonly name: string;
  readonly queueName: string;
  readonly inProgress: number;
  readonly success: number;
  readonly failed: number;
  readonly cancelled: boolean;
}

/** By how much the counts of a job change. */
export type JobCounts = Partial<Record<'inProgress' | 'success' | 'failed', number>>;

interface OpenJob extends Job {
  inProgress: number;
  success: number;
  failed: number;
  cancelled: boolean;
}

/** A job that ended longer ago is not read back in. How long the platform keeps the counts is not documented. */
const KEPT_MS = 7 * 24 * 60 * 60_000;

/** Jobs by installation and id, for `getStats` and `cancel` of the SDK. */
export class QueueJobs {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #jobs = new Map<string, OpenJob>();

  constructor(state: State, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
    for (const [name, { at, ...job }] of state.read(KIND, Stored)) {
      if (job.inProgress > 0 || at > clock.now() - KEPT_MS) this.#jobs.set(name, { name, ...job });
      else state.remove(KIND, name);
    }
  }

  /** The job with this id, new when there is none. */
  open(installationId: string, jobId: string, queueName: string): Job {
    const name = `${installationId} ${jobId}`;
    const known = this.#jobs.get(name);
    if (known !== undefined) return known;
    const job = { name, queueName, inProgress: 0, success: 0, failed: 0, cancelled: false };
    this.#jobs.set(name, job);
    return job;
  }

  count({ name }: Job, { inProgress = 0, success = 0, failed = 0 }: JobCounts): void {
    const job = this.#jobs.get(name);
    if (job === undefined) return;
    job.inProgress += inProgress;
    job.success += success;
    job.failed += failed;
    this.#save(job);
  }

  /** 200 with the job's counts, or 404. */
  stats(installationId: string, body: unknown): Answer {
    const job = this.#find(installationId, body);
    if (job === undefined) return NOT_FOUND;
    const { success, inProgress, failed } = job;
    return { status: 200, body: { success, inProgress, failed } };
  }

  /** 204, or 404. Events that have not started are dropped. */
  cancel(installationId: string, body: unknown): Answer {
    const job = this.#find(installationId, body);
    if (job === undefined) return NOT_FOUND;
    job.cancelled = true;
    this.#save(job);
    return { status: 204 };
  }

  #find(installationId: string, body: unknown): OpenJob | undefined {
    const parsed = jobSchema.safeParse(body);
    if (!parsed.success) return undefined;
    const job = this.#jobs.get(`${installationId} ${parsed.data.jobId}`);
    return job?.queueName === parsed.data.queueName ? job : undefined;
  }

  #save({ name, ...job }: OpenJob): void {
    this.#state.put(KIND, name, { ...job, at: this.#clock.now() });
  }
}

const NOT_FOUND: Answer = { status: 404, body: { message: 'Job not found.' } };
