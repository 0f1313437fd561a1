import type { Condition, Scope, Stage } from 'crossgrade';
import type { Loss, Stranded } from 'crossgrade/handover';
import {
  NO_UNITS,
  type CommandInput,
  type Planning,
  type Refusal,
  type Units,
} from './command-definition.ts';
import { isUnregistered, linkOf } from './commands/enrol.ts';
import { FACTS, type Command, type Operator } from './commands.ts';
import { readEpoch, readFacts } from './tenant-facts.ts';
import { linkHash, planHash } from './plan-hash.ts';
import { readState } from './tenant-state.ts';

export type { Refusal } from './command-definition.ts';

/** What a command would do, from what is known without touching anything. */
export interface Plan {
  readonly tenant: string;
  readonly command: Command;
  readonly stage: Stage;
  readonly condition: Condition | null;
  /** To be given back as `--expect-epoch`. */
  readonly epoch: number;
  /** To be given back as `--hash`, so that nothing else is applied than what was read here. */
  readonly hash: string;
  readonly steps: readonly string[];
  /** About what it costs of the installation's quota, which has 4,000 of each a minute. */
  readonly units: Units;
  readonly risks: readonly string[];
  readonly refusals: readonly Refusal[];
  /** There is nothing to do: it was done before. */
  readonly isDone: boolean;
  /** What would be lost, bucket by bucket, and since when nothing is known. */
  readonly loss?: Loss;
  /** What Forge still holds after Postgres was opened without it, record by record. */
  readonly stranded?: readonly Stranded[];
}

/**
 * Plans a command. May be repeated; no record and no register of the tenant is touched (the canary of a cut-over writes two
 * items of its own in Forge and takes them away). Throws `stage.unexpected` for a tenant that was never enrolled.
 */
export async function planCommand(
  operator: Operator,
  command: Command,
  tenant: string,
  input: CommandInput = {},
): Promise<Plan> {
  const scope = { tenant, group: operator.config.group.group };
  const unregistered = command === 'enrol' ? await planFirst(operator, scope) : undefined;
  if (unregistered !== undefined) return unregistered;
  const definition = FACTS[command];
  const facts = await readFacts(operator.pool, scope);
  const { row, epoch } = facts;
  const state = await readState(operator, scope, facts);
  const lane = () => operator.lanes.of(row);
  const planning: Planning = { operator, scope, facts, state, input, lane };
  const isDone = definition.isDone(facts);
  const plan = {
    ...{ tenant, command, stage: row.stage, condition: row.condition, epoch, isDone },
    hash: planHash(command, facts, input),
    steps: isDone ? [] : definition.steps,
    units: isDone ? NO_UNITS : definition.units(planning),
    risks: definition.risks(planning),
    refusals: isDone ? [] : refusalsOf(command, planning),
  };
  if (isDone || plan.refusals.length > 0 || definition.look === undefined) return plan;
  const { risks = [], refusals = [], ...findings } = await definition.look(planning);
  return { ...plan, ...findings, refusals, risks: [...plan.risks, ...risks] };
}

function refusalsOf(command: Command, planning: Planning): readonly Refusal[] {
  const { state, facts } = planning;
  const { from, needsForge, refusals } = FACTS[command];
  const own = refusals?.(planning) ?? [];
  const stage = facts.row.stage;
  return [
    // What the command itself says of the stage says more than that it is another one.
    ...(from.includes(stage) || own.some(({ code }) => code === 'head.sealed')
      ? []
      : [
          {
            code: 'stage.unexpected',
            reason: `it starts from ${from.join(' or ')}; the tenant is in ${stage}`,
          },
        ]),
    ...(state.busy === null
      ? []
      : [{ code: 'plan.stale', reason: `${state.busy} is at work on this tenant` }]),
    ...(needsForge && !state.hasToken
      ? [{ code: 'target.unauthorized', reason: 'there is no living system token' }]
      : []),
    ...own,
  ];
}

/** The plan for a tenant that has no row of its own yet. */
async function planFirst(operator: Operator, scope: Scope): Promise<Plan | undefined> {
  const link = await linkOf(operator, scope.tenant);
  if (!(await isUnregistered(operator, scope, link))) return undefined;
  const epoch = await readEpoch(operator.pool, scope);
  const token = link && (await operator.config.systemToken(operator.pool, link.installationId));
  const refusals: Refusal[] = [];
  if (link === undefined) {
    refusals.push({ code: 'stage.unexpected', reason: 'the tenant is not linked' });
  } else if (token === undefined) {
    refusals.push({ code: 'target.unauthorized', reason: 'there is no living system token' });
  }
  return {
    ...{ tenant: scope.tenant, command: 'enrol', stage: 'off', condition: null, epoch, refusals },
    hash: linkHash(scope, link?.installationId, epoch),
    steps: FACTS.enrol.steps,
    units: NO_UNITS,
    risks: [],
    isDone: false,
  };
}
