import { driveErasures } from 'crossgrade/handover';
import { readTenant } from 'crossgrade/postgres';
import { reverseMoved } from 'crossgrade/live';
import { applyCommand } from '../handover/apply-command.ts';
import { planCommand } from '../handover/plan-command.ts';
import { laneOf } from './jobs.ts';
import { mayWork } from './quarantine.ts';
import { deadline, type WorkerContext } from './worker-context.ts';

/** How long one turn of reverse replication may keep a worker. */
const TURN_MS = 20_000;

/** Brings back what Forge wrote since the last turn. */
export async function reverseTenant(context: WorkerContext, tenant: string): Promise<void> {
  const lane = await laneOf(context, tenant, ['live', 'settled']);
  if (lane === undefined) return;
  const turn = deadline(context, TURN_MS);
  const { handover, looks } = lane;
  const result = await reverseMoved(handover, context.pool, { shouldStop: turn, looks });
  if (result.applied > 0) context.log.info({ event: 'reversed', tenant, ...result });
  if (result.isElsewhere) await context.addJob('recover', tenant);
  if (result.behind > 0 && turn() && !context.isStopping()) await context.addJob('reverse', tenant);
}

/**
 * Finishes or undoes what dead or slow processes left: the heads decide, so it may be called in any stage. Does nothing
 * while somebody's lease on the tenant lives.
 */
export async function recoverTenant(context: WorkerContext, tenant: string): Promise<void> {
  const { pool, config, lanes, who, log } = context;
  const row = await readTenant(pool, { tenant, group: config.group.group });
  if (row === undefined || row.stage === 'off' || row.swept_at !== null) return;
  // A person decides, also about what a hand-over left.
  if (row.condition === 'quarantined' || row.condition === 'terminated') return;
  // Given up by a person's word: what Forge still holds is looked at by a person's word too.
  if (row.forced_at !== null) return;
  // Once sealing has begun, only Forge knows what is newest: nothing that Postgres lacks is a surprise then.
  if (row.sealing_since === null && !(await mayWork(context, await lanes.of(row)))) return;
  const operator = { pool, config, lanes };
  const plan = await planCommand(operator, 'recover', tenant);
  const applied = await applyCommand(operator, 'recover', tenant, {
    ...{ who, expectEpoch: plan.epoch, expectHash: plan.hash },
    reason: 'its process left it',
  });
  if (applied.stage !== row.stage || applied.epoch !== plan.epoch) {
    log.warn({ event: 'recovered', tenant, from: row.stage, to: applied.stage });
  }
}

/** Goes on with erasures that are not reported, whatever stands beside the stage: a purge is held up by nothing. */
export async function eraseTenant(context: WorkerContext, tenant: string): Promise<void> {
  const { pool, config, lanes, who, log } = context;
  const row = await readTenant(pool, { tenant, group: config.group.group });
  if (row === undefined) return;
  const erased = await driveErasures((await lanes.of(row)).operations, who);
  log.info({ event: 'erasing', tenant, ...erased });
}
