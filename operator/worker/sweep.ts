import { sweepHandovers } from './sweep-handovers.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * Looks for everything that has work and queues it: newly linked tenants, unfinished copies, dirty marks, verifications that
 * are due, what Forge wrote, hand-overs whose process has died. A nudge only makes this faster; what a lost nudge or a killed worker left behind is found here.
 */
export async function sweep(context: WorkerContext): Promise<void> {
  const { pool, config } = context;
  if (config.autoEnrol !== false) {
    const enrolled = await pool.query<{ tenant: string }>(
      `select tenant from mig_tenant where grp = $1 and stage <> 'off'`,
      [config.group.group],
    );
    const known = new Set(enrolled.rows.map((row) => row.tenant));
    for (const { tenant } of await config.linkedTenants(pool)) {
      if (!known.has(tenant)) await context.addJob('enrol', tenant);
    }
  }
  const due = await pool.query<{ tenant: string; stage: string; dirty: boolean; verify: boolean }>(
    `select t.tenant, t.stage,
       exists (select 1 from mig_dirty d where d.tenant = t.tenant and d.grp = t.grp) as dirty,
       t.stage = 'verify' and not exists (
         select 1 from mig_pass p where p.tenant = t.tenant and p.grp = t.grp and p.result = 'clean'
           and p.kind = k.kind and p.started > t.copied_at
           and p.epoch = g.epoch and p.incarnation = t.incarnation
           and (k.kind = 'scrub' or p.ended > now() - make_interval(mins => $2))) as verify
     from mig_tenant t join mig_gate g using (tenant, grp), (values ('digest'), ('scrub')) as k(kind)
     where t.grp = $1 and t.condition is null and t.stage in ('copy', 'verify')`,
    [config.group.group, config.reverifyMinutes ?? 60],
  );
  const queued = new Set<string>();
  const queue = async (
    job: 'copy' | 'push' | 'scrub' | 'verify',
    tenant: string,
  ): Promise<void> => {
    if (queued.has(`${job}/${tenant}`)) return;
    queued.add(`${job}/${tenant}`);
    await context.addJob(job, tenant);
  };
  for (const { tenant, stage, dirty, verify } of due.rows) {
    if (stage === 'copy') {
      await queue('copy', tenant);
      await queue('scrub', tenant);
    }
    if (dirty) await queue('push', tenant);
    if (verify) await queue('verify', tenant);
  }
  await sweepHandovers(context);
}
