import { LayerError, type LayerErrorCode, type Scope, type Stage } from 'crossgrade';
import { cutover, recover, resumeForge, rollback } from 'crossgrade/handover';
import { publishTarget } from 'crossgrade/live';
import { setCondition } from 'crossgrade/postgres';
import { FACTS, type Command, type Operator } from './commands.ts';
import { beginOperation, wasDone } from './operation.ts';
import { planCommand } from './plan-command.ts';
import { readFacts } from './tenant-facts.ts';

export interface ApplyOptions {
  /** Name in the audit. */
  readonly who: string;
  /** The epoch of the plan. */
  readonly expectEpoch: number;
  /** The hash of the plan; without it only the epoch is compared. */
  readonly expectHash?: string | undefined;
  /** Stored and shown. Required for rollback, resume-forge, pause and resume. */
  readonly reason?: string | undefined;
}

export interface Applied {
  readonly tenant: string;
  readonly command: Command;
  /** `undone`: the hand-over could not be finished in time and was taken back; nothing is lost. */
  readonly outcome: 'done' | 'already' | 'undone';
  readonly stage: Stage;
  readonly epoch: number;
  /** For instance how long nobody could write, in milliseconds, or why it was undone. */
  readonly detail: Readonly<Record<string, number | string>>;
}

/**
 * Applies a command for exactly the plan that was made. May be repeated: what was carried out before answers `already`; what
 * a crash left half done is finished by `recover`, which a worker does by itself. One audit row for each change of stage or
 * condition. Throws `plan.stale` when the tenant has moved on or somebody else is at work, and the refusals of the plan.
 */
export async function applyCommand(
  operator: Operator,
  command: Command,
  tenant: string,
  options: ApplyOptions,
): Promise<Applied> {
  const scope = { tenant, group: operator.config.group.group };
  if (FACTS[command].needsReason && (options.reason ?? '').trim() === '') {
    throw new LayerError('config.invalid', `${command} needs a reason, for the audit`);
  }
  const plan = await planCommand(operator, command, tenant);
  // Where it could begin (again) it is not the same command repeated, but a new one.
  const isRepeated =
    !FACTS[command].from.includes(plan.stage) &&
    (await wasDone(operator.pool, scope, command, options.expectEpoch));
  if (plan.isDone || isRepeated) {
    return { ...(await standing(operator, scope, command)), outcome: 'already', detail: {} };
  }
  const [refusal] = plan.epoch === options.expectEpoch ? plan.refusals : [];
  if (refusal !== undefined) throw new LayerError(refusal.code as LayerErrorCode, refusal.reason);
  const { expectEpoch, expectHash } = options;
  const operation = await beginOperation(operator.pool, scope, {
    command,
    expectEpoch,
    expectHash,
  });
  try {
    const { outcome, detail } = await carryOut(operator, command, scope, options);
    await operation.end(outcome);
    return { ...(await standing(operator, scope, command)), outcome, detail };
  } catch (error) {
    // What it left is found by the stage; the lease ends here, so that a worker need not wait for it.
    await operation.end('failed').catch(() => undefined);
    throw error;
  }
}

interface Outcome {
  readonly outcome: 'done' | 'undone';
  readonly detail: Applied['detail'];
}

async function carryOut(
  { pool, lanes }: Operator,
  command: Command,
  scope: Scope,
  { who, expectEpoch, reason = '' }: ApplyOptions,
): Promise<Outcome> {
  const { row } = await readFacts(pool, scope);
  const lane = await lanes.of(row);
  const { handover, send } = lane;
  switch (command) {
    case 'cutover': {
      await publishTarget(send);
      const result = await cutover(handover, { who, expectEpoch });
      const { frozenMs } = result;
      return result.kind === 'live'
        ? { outcome: 'done', detail: { frozenMs } }
        : { outcome: 'undone', detail: { frozenMs, reason: result.reason } };
    }
    case 'rollback': {
      const { applied, frozenMs } = await rollback(handover, who, reason);
      return { outcome: 'done', detail: { applied, frozenMs } };
    }
    case 'resume-forge': {
      if (await resumeForge(handover, who, reason)) return { outcome: 'done', detail: {} };
      throw new LayerError(
        'stage.unexpected',
        'some bucket is with Postgres already; only the rollback can be finished',
      );
    }
    case 'recover':
      return { outcome: 'done', detail: { to: (await recover(handover, who)) ?? 'off' } };
    case 'settle':
      await handover.postgres.changeStage({
        ...{ who, action: 'settle', from: ['live'], to: 'settled' },
        ...(reason === '' ? {} : { reason }),
      });
      return { outcome: 'done', detail: {} };
    case 'pause':
      await setCondition(pool, scope, 'paused', reason, who);
      return { outcome: 'done', detail: {} };
    case 'resume':
      await setCondition(pool, scope, null, reason, who);
      return { outcome: 'done', detail: {} };
  }
}

async function standing(operator: Operator, scope: Scope, command: Command) {
  const { row, epoch } = await readFacts(operator.pool, scope);
  return { tenant: scope.tenant, command, stage: row.stage, epoch };
}
