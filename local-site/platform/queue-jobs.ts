import type { Answer } from '../types.ts';
import { jobSchema } from './queue-event.ts';

/** What became of the events of one push. */
export interface Job {
  readonly queueName: string;
  inProgress: number;
  success: number;
  failed: number;
  cancelled: boolean;
}

/** Jobs by installation and id, for `getStats` and `cancel` of the SDK. Kept until the local site ends. */
export class QueueJobs {
  readonly #jobs = new Map<string, Job>();

  /** The job with this id, new when there is none. */
  open(installationId: string, jobId: string, queueName: string): Job {
    const key = `${installationId} ${jobId}`;
    const known = this.#jobs.get(key);
    if (known !== undefined) return known;
    const job: Job = { queueName, inProgress: 0, success: 0, failed: 0, cancelled: false };
    this.#jobs.set(key, job);
    return job;
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
    return { status: 204 };
  }

  #find(installationId: string, body: unknown): Job | undefined {
    const parsed = jobSchema.safeParse(body);
    if (!parsed.success) return undefined;
    const job = this.#jobs.get(`${installationId} ${parsed.data.jobId}`);
    return job?.queueName === parsed.data.queueName ? job : undefined;
  }
}

const NOT_FOUND: Answer = { status: 404, body: { message: 'Job not found.' } };
