import type { Plan, UserAction } from './plan.ts';

const ACTIONS: readonly UserAction[] = [
  { kind: 'change', key: 0 },
  { kind: 'delete', key: 1 },
  { kind: 'pair', key: 0, other: 1 },
  { kind: 'read', key: 1 },
];

/**
 * There and back and there again, with one user and nothing going wrong by itself: short enough to let a process die at every
 * single point of it, and at every two.
 */
export const SHORT_PLAN: Plan = {
  ...{ seed: 1, buckets: 2, spread: false, keys: 2, existing: [0, 1], workers: 1, pulls: false },
  ...{ tidies: false, finalizes: false },
  users: [
    {
      ...{ prefers: 'forge', holdMs: 0 },
      steps: Array.from({ length: 8 }, (_, i) => ({
        waitMs: 900,
        action: ACTIONS[i % ACTIONS.length] ?? { kind: 'read', key: 0 },
      })),
    },
  ],
  operators: [
    {
      steps: [
        { waitMs: 100, command: 'cutover' },
        { waitMs: 3_000, command: 'rollback' },
        { waitMs: 100, command: 'cutover' },
      ],
    },
  ],
  ...{ freezeMs: 10_000, stepMs: 10, crashAt: [] },
  faults: {
    ...{ lostRequest: 0, lostAnswer: 0, late: 0, duplicate: 0, throttle: 0, serverError: 0 },
    ...{ behind: 0, connectionLost: 0, crash: 0, stall: 0 },
  },
};
