import { LayerError, type LayerErrorCode } from 'crossgrade';
import { readTenant, setCondition } from 'crossgrade/postgres';
import { exclusive } from './exclusive.ts';
import { recoverTenant, reverseTenant } from './handover-jobs.ts';
import { copyTenant, enrolTenant, pushTenant, scrubTenant, verifyTenant } from './jobs.ts';
import type { Job, WorkerContext } from './worker-context.ts';

const WORK: Readonly<Record<Job, (context: WorkerContext, tenant: string) => Promise<void>>> = {
  enrol: enrolTenant,
  copy: copyTenant,
  push: pushTenant,
  scrub: scrubTenant,
  verify: verifyTenant,
  reverse: reverseTenant,
  recover: recoverTenant,
};

/** What a person has to look at: the tenant stops until someone has decided. */
const QUARANTINE: readonly LayerErrorCode[] = [
  'split_brain',
  'head.missing',
  'head.malformed',
  'head.regressed',
  'head.exhausted',
  'log.entry_missing',
  'log.malformed',
  'enrol.foreign_head',
];

/** What the next sweep simply tries again. */
const PASSING: readonly LayerErrorCode[] = [
  'fence.closed',
  'plan.stale',
  'stage.unexpected',
  'target.unauthorized',
];

/** Runs one job of one tenant and turns what it throws into a condition, a log line or a retry. */
export async function runJob(context: WorkerContext, job: Job, tenant: string): Promise<void> {
  try {
    await exclusive(context.pool, `${job}/${tenant}`, () => WORK[job](context, tenant));
  } catch (error) {
    const scope = { tenant, group: context.config.group.group };
    const row = await readTenant(context.pool, scope);
    if (row !== undefined) context.lanes.drop(row);
    if (!(error instanceof LayerError)) throw error;
    context.log.warn({
      event: 'job stopped',
      job,
      tenant,
      code: error.code,
      reason: error.message,
      next: error.next,
    });
    if (QUARANTINE.includes(error.code)) {
      await setCondition(
        context.pool,
        scope,
        'quarantined',
        `${error.code}: ${error.message}`,
        context.who,
      );
    } else if (error.code === 'fence.closed' && job !== 'recover') {
      // Mostly the snapshot was old. But a coordinator that was overtaken may have left a head above the others.
      await context.addJob('recover', tenant);
    } else if (!PASSING.includes(error.code)) {
      throw error;
    }
  }
}
