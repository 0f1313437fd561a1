import { restingJobs } from 'crossgrade/quarantine';
import { sweepHandovers } from './sweep-handovers.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * The digests were not compared for some time, or no scrub of the last half day counts. One that found differences is not
 * repeated at once: it would find them again, until somebody has repaired them.
 */
const VERIFY_DUE = `(
  not exists (
    select 1 from mig_pass p where p.tenant = t.tenant and p.grp = t.grp and p.result = 'clean'
      and p.kind = 'digest' and not p.repaired and p.started > t.copied_at
      and p.epoch = g.epoch and p.incarnation = t.incarnation
      and p.ended > now() - make_interval(mins => $2))
  or not exists (
    select 1 from mig_clean_pass(t.tenant, t.grp, t.incarnation, g.epoch) c
    where c.at > now() - interval '12 hours'))
  and not exists (
    select 1 from mig_pass p where p.tenant = t.tenant and p.grp = t.grp and p.result = 'different'
      and p.kind = 'scrub' and not p.repaired and p.epoch = g.epoch and p.incarnation = t.incarnation
      and p.ended > now() - make_interval(mins => $2))`;

/** While Forge is the authority all is read back once; its passes have the heads' epoch, which is above the gate's. */
const LIVE_VERIFY_DUE = `not exists (
  select 1 from mig_pass p where p.tenant = t.tenant and p.grp = t.grp
    and p.epoch > g.epoch and p.incarnation = t.incarnation
    and (p.kind = 'scrub' and p.result = 'clean' or p.started > now() - make_interval(mins => $2)))`;

/**
 * Looks for everything that has work and queues it: newly linked tenants, unfinished copies, dirty marks, verifications that
 * are due, what Forge wrote, hand-overs whose process has died. A nudge only makes this faster; what a lost nudge or a killed worker left behind is found here.
 */
export async function sweep(context: WorkerContext): Promise<void> {
  const { pool, config } = context;
  const resting = await restingJobs(pool, config.group.group);
  const addJob: WorkerContext['addJob'] = async (job, tenant) => {
    if (!resting.has(`${job}/${tenant}`)) await context.addJob(job, tenant);
  };
  if (config.autoEnrol !== false) {
    const enrolled = await pool.query<{ tenant: string; gone: string | null }>(
      // A terminated tenant begins anew only in another installation.
      `select tenant, case when condition = 'terminated' and stage = 'off' then installation_id end as gone
       from mig_tenant where grp = $1 and (stage <> 'off' or condition = 'terminated')`,
      [config.group.group],
    );
    const known = new Map(enrolled.rows.map((row) => [row.tenant, row.gone]));
    for (const { tenant, installationId } of await config.linkedTenants(pool)) {
      const gone = known.get(tenant);
      const isAnew = gone != null && gone !== installationId;
      if (isAnew || !known.has(tenant)) await addJob('enrol', tenant);
    }
  }
  const due = await pool.query<{ tenant: string; stage: string; dirty: boolean; verify: boolean }>(
    `select t.tenant, t.stage,
       exists (select 1 from mig_dirty d where d.tenant = t.tenant and d.grp = t.grp) as dirty,
       case when t.stage = 'verify' then ${VERIFY_DUE}
            when t.stage in ('live', 'settled') then ${LIVE_VERIFY_DUE}
            else false end as verify
     from mig_tenant t join mig_gate g using (tenant, grp)
     where t.grp = $1 and coalesce(t.condition, 'erasing') = 'erasing'
       and t.stage in ('copy', 'verify', 'live', 'settled')`,
    [config.group.group, config.reverifyMinutes ?? 60],
  );
  const queued = new Set<string>();
  const queue = async (
    job: 'copy' | 'push' | 'scrub' | 'verify',
    tenant: string,
  ): Promise<void> => {
    if (queued.has(`${job}/${tenant}`)) return;
    queued.add(`${job}/${tenant}`);
    await addJob(job, tenant);
  };
  for (const { tenant, stage, dirty, verify } of due.rows) {
    if (stage === 'copy') {
      await queue('copy', tenant);
      await queue('scrub', tenant);
    }
    if (dirty && (stage === 'copy' || stage === 'verify')) await queue('push', tenant);
    if (verify) await queue('verify', tenant);
  }
  await sweepHandovers(context, addJob);
}
