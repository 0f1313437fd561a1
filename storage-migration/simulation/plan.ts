import { seededRandom } from './choices.ts';

/** Chances per call, 0…1. */
export interface FaultRates {
  readonly lostRequest: number;
  readonly lostAnswer: number;
  /** The caller gives up; the request is applied up to minutes later. */
  readonly late: number;
  /** Applied now, and once more later. */
  readonly duplicate: number;
  /** Begins a burst of 429. */
  readonly throttle: number;
  /** 5xx, with or without an effect. */
  readonly serverError: number;
  /** An item of a batch read shows the version before. */
  readonly behind: number;
  readonly connectionLost: number;
  /** A process dies at a point. */
  readonly crash: number;
  /** A process stands still at a point, up to a minute. */
  readonly stall: number;
}

export type UserAction =
  | { readonly kind: 'change' | 'delete' | 'read'; readonly key: number }
  /** Both or neither. */
  | { readonly kind: 'pair'; readonly key: number; readonly other: number };

export interface UserPlan {
  readonly prefers: 'postgres' | 'forge';
  readonly holdMs: number;
  readonly steps: readonly { readonly waitMs: number; readonly action: UserAction }[];
}

/** What any operator does at any time. The others are left to those who mean it. */
export const COMMANDS = ['cutover', 'rollback', 'resume', 'recover'] as const;
export const MORE_COMMANDS = [...COMMANDS, 'settle', 'pause', 'unpause'] as const;
export type Command =
  | (typeof MORE_COMMANDS)[number]
  | 'finalize'
  | 'erase'
  /** The app is removed: its storage answers nobody any more. */
  | 'uninstall'
  | 'terminate'
  | 'reinstall'
  /** Waits until the tenant is verified. */
  | 'ready';

export interface OperatorPlan {
  readonly steps: readonly {
    readonly waitMs: number;
    readonly command: Command;
    /** Which record, for `erase`. */
    readonly key?: number;
    /** How long to wait for the stage that the command starts from. (Default: 30,000) */
    readonly patienceMs?: number;
  }[];
}

/** Everything that a run does of itself. What happens to it is decided by its choices. Plain JSON, so that it can be kept. */
export interface Plan {
  readonly seed: number;
  readonly buckets: number;
  /** One record a bucket: what the model can follow. */
  readonly spread: boolean;
  /** Keys, and which of them exist before the enrolment. */
  readonly keys: number;
  readonly existing: readonly number[];
  readonly workers: number;
  /** A worker brings records back while Forge is the authority, before any rollback. */
  readonly pulls: boolean;
  /** A worker sweeps parts that nothing points to. */
  readonly tidies: boolean;
  /** At the end, when nothing goes wrong any more, the tenant is finalized instead of taken back. */
  readonly finalizes: boolean;
  /** Virtual time without a system token, counted from the beginning. */
  readonly tokenGone?: { readonly from: number; readonly to: number };
  readonly users: readonly UserPlan[];
  readonly operators: readonly OperatorPlan[];
  /** What leads up to it, with nobody in the way and nothing going wrong. */
  readonly opening?: {
    readonly commands: readonly Command[];
    /** No worker is there until nothing goes wrong any more. */
    readonly workersRest: boolean;
  };
  readonly freezeMs: number;
  readonly stepMs: number;
  readonly faults: FaultRates;
  /** Points at which whoever stands there dies, by number, counted from behind the opening. */
  readonly crashAt: readonly number[];
}

const RATES = [0, 0, 0.005, 0.02, 0.08];

/** Operators who are there in some plans only, by what they mean to do. */
export const ERRANDS = ['resume', 'erase', 'terminate'] as const;
export type Errand = (typeof ERRANDS)[number];

/** A plan drawn from a seed: few keys, so that writers meet. With an errand, its operator is there in every plan. */
export function planOf(seed: number, errand?: Errand): Plan {
  const random = seededRandom(seed ^ 0x5bd1e995);
  const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const upTo = (n: number): number => Math.floor(random() * (n + 1));
  // Some have more records than one transaction takes; users only meet at the first few.
  const fillers = random() < 0.06 ? 30 + upTo(40) : 0;
  const keys = 1 + upTo(4) + fillers;
  const hot = keys - fillers;
  const isCalm = random() < 0.1;
  const rate = (scale: number): number => (isCalm ? 0 : among(RATES) * scale);
  const action = (): UserAction => {
    const key = upTo(hot - 1);
    const draw = random();
    if (draw < 0.45) return { kind: 'change', key };
    if (draw < 0.65) return { kind: 'delete', key };
    if (draw < 0.75 && hot > 1) return { kind: 'pair', key, other: (key + 1) % hot };
    return { kind: 'read', key };
  };
  const user = (): UserPlan => ({
    prefers: among(['postgres', 'forge'] as const),
    holdMs: among([0, 0, 0, 50, 1_500]),
    steps: Array.from({ length: 6 + upTo(16) }, () => ({
      waitMs: among([10, 300, 2_000, 6_000, 15_000]),
      action: action(),
    })),
  });
  const rounds = 1 + upTo(2);
  const main: OperatorPlan = {
    steps: Array.from({ length: rounds }, () => [
      { waitMs: among([100, 1_000, 4_000]), command: 'cutover' as const },
      { waitMs: among([50, 3_000, 15_000, 40_000]), command: 'rollback' as const },
    ]).flat(),
  };
  const other = (): OperatorPlan => ({
    steps: Array.from({ length: 1 + upTo(3) }, () => ({
      waitMs: among([100, 1_000, 5_000, 15_000]),
      command: among(COMMANDS),
    })),
  });
  const resumer: OperatorPlan = {
    steps: Array.from({ length: 3 }, () => ({ waitMs: 500, command: 'resume' as const })),
  };
  const base = {
    seed,
    buckets: fillers > 0 ? among([1, 2]) : among([1, 2, 4]),
    spread: false,
    keys,
    existing: Array.from({ length: keys }, (_, i) => i).filter((i) => i >= hot || random() < 0.6),
    workers: random() < 0.25 ? 2 : 1,
    pulls: random() < 0.4,
    users: Array.from({ length: 1 + upTo(3) }, user),
    operators: [
      main,
      ...(random() < 0.25 || errand === 'resume' ? [resumer] : []),
      ...(random() < 0.5 ? [other()] : []),
      ...(random() < 0.2 ? [other()] : []),
    ],
    freezeMs: among([400, 3_000, 10_000, 10_000]),
    stepMs: among([1, 5, 20, 60]),
    faults: {
      ...{ lostRequest: rate(1), lostAnswer: rate(1), late: rate(1), duplicate: rate(1) },
      ...{ throttle: rate(0.3), serverError: rate(1), behind: isCalm ? 0 : among([0, 0.1, 0.4]) },
      ...{ connectionLost: rate(0.5), crash: rate(0.15), stall: rate(0.5) },
    },
    crashAt: [],
  };
  // Drawn behind everything else, so that a seed keeps what it did before.
  const finalizer: OperatorPlan = {
    steps: [
      { waitMs: among([1_000, 8_000, 20_000]), command: 'settle' },
      { waitMs: among([100, 3_000, 15_000]), command: 'finalize' },
    ],
  };
  const busybody: OperatorPlan = {
    steps: Array.from({ length: 2 + upTo(3) }, () => ({
      waitMs: among([500, 4_000, 12_000]),
      command: among(MORE_COMMANDS),
    })),
  };
  const eraser: OperatorPlan = {
    steps: Array.from({ length: 1 + upTo(2) }, () => ({
      ...{ waitMs: among([500, 4_000, 12_000, 30_000]), command: 'erase' as const },
      key: upTo(hot - 1),
    })),
  };
  const uninstall = { waitMs: among([1_000, 12_000, 30_000]), command: 'uninstall' as const };
  const ender: OperatorPlan = {
    steps: [
      ...(random() < 0.5 ? [uninstall] : []),
      { waitMs: among([1_000, 6_000, 20_000, 45_000]), command: 'terminate' },
      { waitMs: among([100, 3_000, 15_000]), command: 'reinstall' },
      { waitMs: among([3_000, 15_000]), command: 'cutover' },
    ],
  };
  const from = among([0, 5_000, 20_000]);
  const tokenGone = { from, to: from + among([30_000, 600_000, 10_800_000]) };
  return {
    ...base,
    operators: [
      ...base.operators,
      ...(random() < 0.15 ? [finalizer] : []),
      ...(random() < 0.25 ? [busybody] : []),
      ...(random() < 0.15 || errand === 'erase' ? [eraser] : []),
      ...(random() < 0.15 || errand === 'terminate' ? [ender] : []),
    ],
    tidies: random() < 0.3,
    finalizes: random() < 0.25,
    ...(random() < 0.08 ? { tokenGone } : {}),
  };
}
