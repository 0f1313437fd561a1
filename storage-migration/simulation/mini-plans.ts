import type { Command, OperatorPlan, Plan, UserAction, UserPlan } from './plan.ts';
import { SHORT_PLAN } from './short-plan.ts';

/** One transition of a tenant's life, short enough to let somebody die at every two points of it. */
interface MiniPlan {
  readonly name: string;
  readonly plan: Plan;
}

type Step = OperatorPlan['steps'][number];

/** One record, one bucket, one user, one operator; what led up to it has gone by, and workers rest unless they are the subject. */
function mini(
  name: string,
  opening: readonly Command[],
  steps: readonly Step[],
  does: readonly { readonly waitMs: number; readonly action: UserAction }[],
  more: Partial<Plan> = {},
): MiniPlan {
  const user: UserPlan = { prefers: 'forge', holdMs: 0, steps: does };
  const plan: Plan = {
    ...SHORT_PLAN,
    ...{ buckets: 1, keys: 1, existing: [0] },
    opening: { commands: opening, workersRest: true },
    users: does.length === 0 ? [] : [user],
    operators: [{ steps }],
    ...more,
  };
  return { name, plan };
}

const CHANGE: UserAction = { kind: 'change', key: 0 };
const DELETE: UserAction = { kind: 'delete', key: 0 };
const atOnce = (command: Command): Step => ({ waitMs: 1, command, key: 0 });

/** Every transition of the protocol, each with a user in the middle of it. */
export const MINI_PLANS: readonly MiniPlan[] = [
  mini('copy', [], [atOnce('ready')], [{ waitMs: 60, action: CHANGE }], {
    opening: { commands: [], workersRest: false },
  }),
  mini('cut-over', ['ready'], [atOnce('cutover')], [{ waitMs: 150, action: CHANGE }]),
  mini(
    'rollback',
    ['cutover'],
    [{ waitMs: 60, command: 'rollback' }],
    [
      { waitMs: 1, action: CHANGE },
      { waitMs: 60, action: DELETE },
    ],
  ),
  mini('a rollback aborted', ['cutover'], [], [], {
    operators: [
      { steps: [atOnce('rollback')] },
      { steps: [{ waitMs: 60, command: 'resume', patienceMs: 400 }] },
    ],
  }),
  mini('settle', ['cutover'], [atOnce('settle')], [{ waitMs: 1, action: CHANGE }]),
  mini(
    'finalize',
    ['cutover', 'settle'],
    [{ waitMs: 60, command: 'finalize' }],
    [{ waitMs: 1, action: DELETE }],
    { finalizes: true },
  ),
  mini('an erasure in Postgres', ['ready'], [atOnce('erase')], [{ waitMs: 60, action: CHANGE }]),
  mini('an erasure at Forge', ['cutover'], [atOnce('erase')], []),
  mini('the end of a copy', ['ready'], [atOnce('terminate')], [{ waitMs: 20, action: CHANGE }]),
  mini(
    'the end of a tenant with Forge',
    ['cutover'],
    [{ waitMs: 100, command: 'terminate' }],
    [{ waitMs: 1, action: CHANGE }],
  ),
  mini(
    'a new installation',
    ['cutover', 'terminate'],
    [atOnce('reinstall')],
    [{ waitMs: 20, action: CHANGE }],
  ),
];
