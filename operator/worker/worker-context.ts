import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { CrossgradeConfig } from '../config.ts';
import type { Lanes } from './tenant-lane.ts';

/** Names of the jobs. Each runs for one tenant; its key keeps it from being queued twice. */
export const JOBS = [
  'enrol',
  'copy',
  'push',
  'scrub',
  'verify',
  'reverse',
  'recover',
  'erase',
] as const;
export type Job = (typeof JOBS)[number];

export interface WorkerContext {
  readonly pool: Pool;
  readonly config: CrossgradeConfig;
  readonly lanes: Lanes;
  readonly log: Logger;
  /** Name of this process in the audit. */
  readonly who: string;
  /** True once the process was asked to end: work stops at its next checkpoint. */
  isStopping(): boolean;
  /** Not before `delayMs` are over; one that is queued already keeps its time. (Default: at once) */
  addJob(job: Job, tenant: string, delayMs?: number): Promise<void>;
}

/** True when the time a job may take is over, so that many tenants share few workers. */
export function deadline(context: WorkerContext, ms: number): () => boolean {
  const end = Date.now() + ms;
  return () => context.isStopping() || Date.now() >= end;
}
