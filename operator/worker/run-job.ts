import { LayerError, type LayerErrorCode } from 'crossgrade';
import { exclusive } from './exclusive.ts';
import { clearStopped, noteStopped } from 'crossgrade/quarantine';
import { eraseTenant, recoverTenant, reverseTenant } from './handover-jobs.ts';
import { copyTenant, enrolTenant, pushTenant, scrubTenant, verifyTenant } from './jobs.ts';
import { quarantine } from './quarantine.ts';
import type { Job, WorkerContext } from './worker-context.ts';

const WORK: Readonly<Record<Job, (context: WorkerContext, tenant: string) => Promise<void>>> = {
  enrol: enrolTenant,
  copy: copyTenant,
  push: pushTenant,
  scrub: scrubTenant,
  verify: verifyTenant,
  reverse: reverseTenant,
  recover: recoverTenant,
  erase: eraseTenant,
};

/** What a person has to look at: the tenant stops until someone has decided. */
const QUARANTINE: readonly LayerErrorCode[] = [
  'split_brain',
  'target.ahead',
  'authority.double',
  'head.missing',
  'head.malformed',
  'head.regressed',
  'head.exhausted',
  'log.entry_missing',
  'log.malformed',
  'enrol.foreign_head',
  // A 4xx that is not about one record stays one, for instance after an uninstall: trying again is no answer to it.
  'target.refused',
];

/** What ends by itself, or by somebody who reads the status: tried again by a later sweep, not by the queue. */
const PASSING: readonly LayerErrorCode[] = [
  'fence.closed',
  'plan.stale',
  'stage.unexpected',
  'target.unauthorized',
  'target.unreachable',
  'quota.unknown',
  'layer.version_mismatch',
  'enrol.not_seeded',
  'enrol.other_installation',
  'source.row_missing',
  'record.held',
  'head.sealed',
  'erase.waiting',
  'erase.remains',
  'incarnation.over',
];

/** Runs one job of one tenant and turns what it throws into a condition, a note for the status line or a retry. */
export async function runJob(context: WorkerContext, job: Job, tenant: string): Promise<void> {
  const scope = { tenant, group: context.config.group.group };
  try {
    const ran = await exclusive(context.pool, `${job}/${tenant}`, () => WORK[job](context, tenant));
    if (ran) await clearStopped(context.pool, scope, job);
  } catch (error) {
    // First of all, because Postgres may be what failed: whoever comes next begins without this one's guesses.
    context.lanes.forget(tenant);
    if (!(error instanceof LayerError)) throw error;
    const { code, message, next } = error;
    context.log.warn({ event: 'job stopped', job, tenant, code, reason: message, next });
    await noteStopped(context.pool, scope, { job, code, reason: message });
    if (QUARANTINE.includes(code)) {
      await quarantine(context, tenant, error);
    } else if (code === 'fence.closed' && job !== 'recover') {
      // Mostly the snapshot was old. But a coordinator that was overtaken may have left a head above the others.
      await context.addJob('recover', tenant);
    } else if (!PASSING.includes(code)) {
      throw error;
    }
  }
}
