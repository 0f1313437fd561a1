import { LayerError, type LayerErrorCode, type Scope, type Stage } from 'crossgrade';
import type { CommandInput, Outcome } from './command-definition.ts';
import { isUnregistered, linkOf, registerTenant } from './commands/enrol.ts';
import { FACTS, type Command, type Operator } from './commands.ts';
import { beginOperation, wasDone } from './operation.ts';
import { planCommand, type Plan } from './plan-command.ts';
import { readFacts } from './tenant-facts.ts';

export interface ApplyOptions extends CommandInput {
  /** Name in the audit. */
  readonly who: string;
  /** The epoch of the plan. */
  readonly expectEpoch: number;
  /** The hash of the plan; without it only the epoch is compared. */
  readonly expectHash?: string | undefined;
  /** Stored and shown. Some commands require it, see `FACTS`. */
  readonly reason?: string | undefined;
  /** The tenant's name, typed: what can't be taken back or loses something asks for it. */
  readonly confirm?: string | undefined;
}

export interface Applied {
  readonly tenant: string;
  readonly command: Command;
  /** `undone`: the hand-over could not be finished in time and was taken back; nothing is lost. */
  readonly outcome: Outcome['outcome'] | 'already';
  readonly stage: Stage;
  readonly epoch: number;
  /** For instance how long nobody could write, in milliseconds, or why it was undone. */
  readonly detail: Readonly<Record<string, number | string>>;
}

/**
 * Applies a command for exactly the plan that was made. May be repeated: what was carried out before answers `already`; what
 * a crash left half done is finished by `recover`, which a worker does by itself. Audit rows for each change of stage or
 * condition. Throws `plan.stale` when the tenant has moved on or somebody else is at work, `confirm.missing`, and the
 * refusals of the plan.
 */
export async function applyCommand(
  operator: Operator,
  command: Command,
  tenant: string,
  options: ApplyOptions,
): Promise<Applied> {
  const scope = { tenant, group: operator.config.group.group };
  const { expectEpoch, who, reason = '', keys, full } = options;
  checkWords(command, tenant, options);
  const plan = await planCommand(operator, command, tenant, { keys, full });
  // Where it could begin (again) it is not the same command repeated, but a new one.
  const isRepeated =
    !FACTS[command].from.includes(plan.stage) &&
    (await wasDone(operator.pool, scope, command, expectEpoch));
  if (plan.isDone || isRepeated) {
    return { ...(await standing(operator, scope, command)), outcome: 'already', detail: {} };
  }
  const [refusal] = plan.epoch === expectEpoch ? plan.refusals : [];
  if (refusal !== undefined) throw new LayerError(refusal.code as LayerErrorCode, refusal.reason);
  const expectHash = await withRow(operator, scope, plan, options);
  const operation = await beginOperation(operator.pool, scope, {
    ...{ command, expectEpoch, expectHash, input: { keys, full } },
  });
  try {
    const { row } = await readFacts(operator.pool, scope);
    const lane = await operator.lanes.of(row);
    const { outcome, detail } = await FACTS[command].carryOut({
      ...{ operator, scope, lane, who, reason, expectEpoch, input: { keys, full } },
    });
    await operation.end(outcome);
    return { ...(await standing(operator, scope, command)), outcome, detail };
  } catch (error) {
    // What it left is found by the stage; the lease ends here, so that a worker need not wait for it.
    await operation.end('failed').catch(() => undefined);
    throw error;
  }
}

function checkWords(command: Command, tenant: string, { reason, confirm }: ApplyOptions): void {
  const { needsReason, needsConfirm } = FACTS[command];
  if (needsReason && (reason ?? '').trim() === '') {
    throw new LayerError('config.invalid', `${command} needs a reason, for the audit`);
  }
  if (needsConfirm === true && confirm !== tenant) {
    throw new LayerError('confirm.missing', `${command} needs the tenant’s name after --confirm`);
  }
}

/**
 * Gives a tenant that is enrolled for the first time, or anew, the row that operations are kept under. Returns the hash that
 * is still to be compared: the one of a plan without a row is compared here.
 */
async function withRow(
  operator: Operator,
  scope: Scope,
  plan: Plan,
  { expectEpoch, expectHash, who }: ApplyOptions,
): Promise<string | undefined> {
  if (plan.command !== 'enrol') return expectHash;
  const link = await linkOf(operator, scope.tenant);
  if (!(await isUnregistered(operator, scope, link))) return expectHash;
  if (plan.epoch !== expectEpoch || (expectHash !== undefined && expectHash !== plan.hash)) {
    throw new LayerError('plan.stale', 'the tenant or its link has moved on');
  }
  await registerTenant(operator, scope, who);
  return undefined;
}

async function standing(operator: Operator, scope: Scope, command: Command) {
  const { row, epoch } = await readFacts(operator.pool, scope);
  return { tenant: scope.tenant, command, stage: row.stage, epoch };
}
