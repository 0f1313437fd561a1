import type { Pool } from 'pg';
import type { Scope } from '../terms.ts';

/** Work on a tenant that did not end well the last time it was tried. */
export interface StoppedJob {
  readonly job: string;
  /** A code of the layer. */
  readonly code: string;
  readonly reason: string;
  /** When it first stopped for this code. */
  readonly since: Date;
}

/** Notes why a job stopped, so that an operator reads it without a log. The beginning of one and the same trouble stays. */
export async function noteStopped(
  pool: Pool,
  { tenant, group }: Scope,
  stopped: { readonly job: string; readonly code: string; readonly reason: string },
): Promise<void> {
  await pool.query(
    `insert into mig_stopped as s (tenant, grp, job, code, reason) values ($1, $2, $3, $4, $5)
     on conflict (tenant, grp, job) do update
       set code = excluded.code, reason = excluded.reason, last = now(),
           since = case when s.code = excluded.code then s.since else now() end`,
    [tenant, group, stopped.job, stopped.code, stopped.reason],
  );
}

/** The job ended well: nothing stops it any more. */
export async function clearStopped(
  pool: Pool,
  { tenant, group }: Scope,
  job: string,
): Promise<void> {
  await pool.query('delete from mig_stopped where tenant = $1 and grp = $2 and job = $3', [
    ...[tenant, group, job],
  ]);
}

/** What stops a tenant now, longest first. */
export async function stoppedJobs(
  pool: Pool,
  { tenant, group }: Scope,
): Promise<readonly StoppedJob[]> {
  const found = await pool.query<{ job: string; code: string; reason: string; since: Date }>(
    'select job, code, reason, since from mig_stopped where tenant = $1 and grp = $2 order by since, job',
    [tenant, group],
  );
  return found.rows;
}

/**
 * Work that stopped a moment ago, as `<job>/<tenant>`: whoever looks for work passes it by. It is tried again after half the
 * time for which it has been stopped already, and at least once a minute, so that an outage of hours costs few calls and its
 * end is noticed soon.
 */
export async function restingJobs(pool: Pool, group: string): Promise<ReadonlySet<string>> {
  const found = await pool.query<{ name: string }>(
    `select job || '/' || tenant as name from mig_stopped
     where grp = $1 and last > now() - least(interval '1 minute', interval '1 second' + (last - since) / 2)`,
    [group],
  );
  return new Set(found.rows.map(({ name }) => name));
}
