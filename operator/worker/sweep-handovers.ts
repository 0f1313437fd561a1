import type { WorkerContext } from './worker-context.ts';

/** Milliseconds between two looks at the heads of a tenant that nobody nudges: functions write without telling us. */
const LOOK_MS = 3_000;

const looked = new WeakMap<WorkerContext, Map<string, number>>();

/**
 * Queues what tenants need whose authority is Forge or in between: what Forge wrote is brought back, and a hand-over that
 * no living process holds is finished or undone, and erasures go on. A paused tenant's hand-over is recovered too: nobody can write until then.
 */
export async function sweepHandovers(
  context: WorkerContext,
  addJob: WorkerContext['addJob'] = (job, tenant) => context.addJob(job, tenant),
): Promise<void> {
  const found = await context.pool.query<{ tenant: string; job: 'reverse' | 'recover' | 'erase' }>(
    `select tenant, 'reverse' as job from mig_tenant
     where grp = $1 and coalesce(condition, 'erasing') = 'erasing' and stage in ('live', 'settled')
     union all
     select t.tenant, 'recover' from mig_tenant t
     where t.grp = $1 and coalesce(t.condition, 'paused') in ('paused', 'erasing')
       and (t.stage in ('draining', 'rewinding') or (t.sealing_since is not null and t.swept_at is null))
       and not exists (
         select 1 from mig_op o
         where o.tenant = t.tenant and o.grp = t.grp and o.ended is null and o.lease_until > now())
     union all
     select distinct tenant, 'erase' from mig_erasure where grp = $1 and reported is null`,
    [context.config.group.group],
  );
  const last = looked.get(context) ?? new Map<string, number>();
  looked.set(context, last);
  const now = Date.now();
  for (const { tenant, job } of found.rows) {
    if (job === 'reverse') {
      if (now - (last.get(tenant) ?? 0) < LOOK_MS) continue;
      last.set(tenant, now);
    }
    await addJob(job, tenant);
  }
}
