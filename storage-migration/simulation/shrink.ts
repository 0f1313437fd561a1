import { WrittenChoices } from './choices.ts';
import type { Plan } from './plan.ts';
import { runPlan, type RunOptions } from './run-plan.ts';

/** A run that can be repeated: what it does, and every decision that was taken. */
export interface Schedule {
  readonly plan: Plan;
  readonly choices: readonly number[];
}

export type MakeStore = RunOptions['makeStore'];

/** Runs it again. Decisions beyond the list are the dull ones. */
export function replay(
  { plan, choices }: Schedule,
  options: Pick<RunOptions, 'makeStore' | 'verbose'> = {},
): ReturnType<typeof runPlan> {
  return runPlan({ ...options, plan, choices: WrittenChoices.listed(choices) });
}

/**
 * Makes a failing schedule smaller while it fails in the same way: first what the plan does, each time with fresh decisions
 * from the same seed, then the decisions themselves, set to dull ones in ever smaller stretches. At most `mostRuns` runs.
 */
export async function shrink(
  start: Schedule,
  kind: string,
  mostRuns: number,
  makeStore?: MakeStore,
): Promise<Schedule> {
  let runs = 0;
  const store = makeStore === undefined ? {} : { makeStore };
  const fails = async (plan: Plan, choices: WrittenChoices): Promise<boolean> => {
    runs += 1;
    return (await runPlan({ ...store, plan, choices })).violation?.kind === kind;
  };

  let { plan, choices } = start;
  let found = true;
  while (found && runs < mostRuns / 2) {
    found = false;
    for (const smaller of smallerPlans(plan)) {
      if (runs >= mostRuns / 2) break;
      const drawn = WrittenChoices.seeded(plan.seed);
      if (!(await fails(smaller, drawn))) continue;
      ({ plan, choices } = { plan: smaller, choices: drawn.taken });
      found = true;
      break;
    }
  }
  for (let size = Math.ceil(choices.length / 2); size >= 1 && runs < mostRuns; size >>= 1) {
    for (let at = 0; at < choices.length && runs < mostRuns; at += size) {
      const stretch = choices.slice(at, at + size);
      if (stretch.every((choice) => choice === 0)) continue;
      const dull = choices.map((choice, i) => (i >= at && i < at + size ? 0 : choice));
      const written = WrittenChoices.listed(dull);
      if (await fails(plan, written)) choices = written.taken;
    }
  }
  return { plan, choices: withoutDullEnd(choices) };
}

/** Plans with one thing less. */
function* smallerPlans(plan: Plan): Generator<Plan> {
  for (const kind of Object.keys(plan.faults) as (keyof Plan['faults'])[]) {
    if (plan.faults[kind] > 0) yield { ...plan, faults: { ...plan.faults, [kind]: 0 } };
  }
  if (plan.workers > 1) yield { ...plan, workers: 1 };
  if (plan.pulls) yield { ...plan, pulls: false };
  if (plan.tidies) yield { ...plan, tidies: false };
  if (plan.finalizes) yield { ...plan, finalizes: false };
  if (plan.tokenGone !== undefined) {
    const { tokenGone, ...rest } = plan;
    yield rest;
    if (tokenGone.to > 60_000) yield { ...plan, tokenGone: { ...tokenGone, to: 60_000 } };
  }
  for (const i of plan.users.keys()) yield { ...plan, users: without(plan.users, i) };
  for (const i of plan.operators.keys()) yield { ...plan, operators: without(plan.operators, i) };
  for (const [i, operator] of plan.operators.entries()) {
    for (const j of operator.steps.keys()) {
      const operators = plan.operators.with(i, { steps: without(operator.steps, j) });
      yield { ...plan, operators };
    }
  }
  for (const [i, user] of plan.users.entries()) {
    const half = Math.ceil(user.steps.length / 2);
    for (const steps of [user.steps.slice(0, half), user.steps.slice(half)]) {
      if (steps.length === user.steps.length) continue;
      yield { ...plan, users: plan.users.with(i, { ...user, steps }) };
    }
    if (user.holdMs > 0) yield { ...plan, users: plan.users.with(i, { ...user, holdMs: 0 }) };
  }
  if (plan.existing.length > 0) yield { ...plan, existing: [] };
  if (plan.keys > 1) {
    const keys = plan.keys - 1;
    yield { ...plan, keys, existing: plan.existing.filter((key) => key < keys) };
  }
  if (plan.buckets > 1) yield { ...plan, buckets: plan.buckets / 2 };
}

function without<T>(list: readonly T[], at: number): readonly T[] {
  return list.filter((_, i) => i !== at);
}

function withoutDullEnd(choices: readonly number[]): readonly number[] {
  return choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1);
}
