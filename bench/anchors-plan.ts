import {
  seededRandom,
  type FaultRates,
  type Plan,
  type UserPlan,
} from '../storage-migration/simulation/index.ts';

/** What goes wrong: only slowness, or losses as well. */
export type Roughness = 'slow' | 'lossy';

const KEYS = 12;
const EXISTING = 8;
const USERS = 10;
const WRITES_EACH = 10;
const NOTHING: FaultRates = {
  ...{ lostRequest: 0, lostAnswer: 0, late: 0, duplicate: 0, throttle: 0, serverError: 0 },
  ...{ behind: 0, connectionLost: 0, crash: 0, stall: 0 },
};
/** A call has two points, so about 5 % of the calls are slow: by 0.3 s to a minute. */
const SLOW: FaultRates = { ...NOTHING, stall: 0.025 };
/** A write of a user passes about eight points, so a process dies in about 1 % of them. */
const LOSSY: FaultRates = {
  ...{ ...SLOW, lostRequest: 0.02, lostAnswer: 0.02, duplicate: 0.02, crash: 0.00125 },
};

/**
 * One schedule: a hundred writes to twelve records, a quarter of them deletes, by ten users at once, while eight records that
 * exist already are copied; then the cut-over. Few records, so that writers meet: this shows kinds of mistakes, not how often
 * they happen in the field.
 */
export function anchorPlan(seed: number, roughness: Roughness): Plan {
  const random = seededRandom(seed * 7_919 + 13);
  const upTo = (n: number): number => Math.floor(random() * n);
  const user = (): UserPlan => ({
    prefers: 'postgres',
    holdMs: 0,
    steps: Array.from({ length: WRITES_EACH }, () => ({
      waitMs: 50 + upTo(700),
      action: { kind: random() < 0.25 ? 'delete' : 'change', key: upTo(KEYS) } as const,
    })),
  });
  return {
    ...{
      seed,
      buckets: 4,
      spread: false,
      keys: KEYS,
      workers: 1,
      pulls: false,
      tidies: false,
      finalizes: false,
      crashAt: [],
    },
    existing: Array.from({ length: EXISTING }, (_, key) => key),
    users: Array.from({ length: USERS }, user),
    operators: [{ steps: [{ waitMs: 5_000, command: 'cutover' }] }],
    ...{ freezeMs: 10_000, stepMs: 1 },
    faults: roughness === 'slow' ? SLOW : LOSSY,
  };
}
