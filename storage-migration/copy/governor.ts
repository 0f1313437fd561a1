/**
 * Who wants units of the installation's quota, most urgent first. While a `handover` takes units nobody else gets any: users
 * are waiting for its end. Backfill and scrub share what the cap leaves them; the others may use everything, so that copying
 * never makes a user wait.
 */
export const PRIORITIES = [
  'handover',
  'live',
  'reverse',
  'push',
  'repair',
  'backfill',
  'scrub',
] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Whether the priority is held to the cap. */
export function isCapped(priority: Priority): boolean {
  return priority === 'backfill' || priority === 'scrub';
}

export interface QuotaLimits {
  /** Units of 10 KB a minute and installation, for reads and for writes each (`limits-kvs-ce`). */
  readonly unitsPerMinute: number;
  /** Share of it that backfill and scrub may use. Default 0.7. */
  readonly backfillShare: number;
  /** Share of it that everything together may use; the rest is for what we don't see. */
  readonly totalShare: number;
}

export const DEFAULT_LIMITS: QuotaLimits = {
  unitsPerMinute: 4_000,
  backfillShare: 0.7,
  totalShare: 0.95,
};

/** One budget: tokens refill evenly; the burst is small because Forge's window may be a fixed minute. */
interface Budget {
  readonly all: number;
  readonly capped: number;
}

/** State of one installation's governor. Plain JSON: processes share it through a row. */
export interface GovernorState {
  readonly read: Budget;
  readonly write: Budget;
  /** Epoch milliseconds of the last refill. */
  readonly at: number;
  /** Nobody sends before this time; set by 429. */
  readonly blockedUntil: number;
  /** Only a hand-over gets units before this time; set whenever one asks. Absent in states of earlier versions. */
  readonly heldUntil?: number | undefined;
  /** Multiplies the cap: less by a third after every 429, grows back slowly. 0…1. */
  readonly easing: number;
}

export interface UnitRequest {
  readonly kind: 'read' | 'write';
  readonly units: number;
  readonly priority: Priority;
}

/** `handover`: somebody's hand-over needs all there is. */
export type WaitReason = 'quota' | 'cap' | 'yield' | 'throttled' | 'handover';

export type Decision =
  | { readonly granted: true; readonly state: GovernorState }
  | {
      readonly granted: false;
      readonly state: GovernorState;
      readonly waitMs: number;
      /** Always printed: a tool that waits without saying why looks broken. */
      readonly reason: WaitReason;
    };

/** Seconds of refill that may be saved up. */
const BURST_SECONDS = 2;
/**
 * Seconds of refill that a hand-over may draw in advance, while users wait for it. Burst and debt together stay below what
 * `totalShare` leaves of a minute, so that they do not pass the quota, whatever minute Forge counts.
 */
const HANDOVER_DEBT_SECONDS = 1;
/** Milliseconds for which the others wait after a hand-over has asked: longer than it needs to its next request. */
const HOLD_MS = 500;
/**
 * What a 429 leaves of `easing`. One alone mostly means that a fixed minute was nearly over; when Forge has less to give than we
 * think, one follows another, and three leave a third.
 */
const BACK_OFF = 0.7;
/** Growth of `easing` per second without a 429: all of it is back in about 30 s. */
const RECOVERY_PER_SECOND = 0.01;

export function newGovernor(now: number): GovernorState {
  const empty = { all: 0, capped: 0 };
  return { read: empty, write: empty, at: now, blockedUntil: 0, easing: 1 };
}

/** Pure: refills, then grants or says how long to wait. A request larger than the burst is granted against later refill. */
export function decide(
  before: GovernorState,
  request: UnitRequest,
  limits: QuotaLimits,
  now: number,
): Decision {
  const decision = decideOnce(before, request, limits, now);
  if (request.priority !== 'handover') return decision;
  // Also while it waits: or others would take what it waits for.
  const waitMs = decision.granted ? 0 : decision.waitMs;
  return { ...decision, state: { ...decision.state, heldUntil: now + waitMs + HOLD_MS } };
}

function decideOnce(
  before: GovernorState,
  request: UnitRequest,
  limits: QuotaLimits,
  now: number,
): Decision {
  const isHandover = request.priority === 'handover';
  const state = refill(before, limits, now);
  if (state.blockedUntil > now) {
    return { granted: false, state, waitMs: state.blockedUntil - now, reason: 'throttled' };
  }
  const held = (state.heldUntil ?? 0) - now;
  if (!isHandover && held > 0) {
    return { granted: false, state, waitMs: held, reason: 'handover' };
  }
  const budget = state[request.kind];
  const capped = isCapped(request.priority);
  const rate = ratesOf(limits, state.easing);
  // A budget may run into debt by one request: otherwise a request larger than the burst would wait for ever.
  const debt = isHandover ? rate.all * HANDOVER_DEBT_SECONDS : 0;
  if (budget.all <= -debt) {
    const waitMs = waitFor(budget.all + debt, rate.all);
    return { granted: false, state, waitMs, reason: 'quota' };
  }
  if (capped && budget.capped <= 0) {
    return { granted: false, state, waitMs: waitFor(budget.capped, rate.capped), reason: 'cap' };
  }
  // Half of the saved-up budget belongs to people: copying waits while their writes have drawn on it.
  const reserve = (rate.all * BURST_SECONDS) / 2;
  if (capped && budget.all <= reserve) {
    return {
      granted: false,
      state,
      waitMs: waitFor(budget.all - reserve, rate.all),
      reason: 'yield',
    };
  }
  const spent = {
    all: budget.all - request.units,
    capped: capped ? budget.capped - request.units : budget.capped,
  };
  return { granted: true, state: { ...state, [request.kind]: spent } };
}

/** A 429 arrived: everybody waits a moment, copying takes less by a third. */
export function onThrottled(state: GovernorState, now: number): GovernorState {
  return {
    ...state,
    blockedUntil: Math.max(state.blockedUntil, now + 1_000),
    easing: Math.max(0.05, state.easing * BACK_OFF),
  };
}

/** The state as it is by now. */
export function refill(state: GovernorState, limits: QuotaLimits, now: number): GovernorState {
  const seconds = Math.max(0, now - state.at) / 1_000;
  const rate = ratesOf(limits, state.easing);
  const fill = (budget: Budget): Budget => ({
    all: Math.min(rate.all * BURST_SECONDS, budget.all + rate.all * seconds),
    capped: Math.min(rate.capped * BURST_SECONDS, budget.capped + rate.capped * seconds),
  });
  return {
    ...state,
    read: fill(state.read),
    write: fill(state.write),
    at: Math.max(state.at, now),
    easing: Math.min(1, state.easing + RECOVERY_PER_SECOND * seconds),
  };
}

function ratesOf(limits: QuotaLimits, easing: number): { all: number; capped: number } {
  const perSecond = limits.unitsPerMinute / 60;
  return { all: perSecond * limits.totalShare, capped: perSecond * limits.backfillShare * easing };
}

function waitFor(tokens: number, perSecond: number): number {
  return Math.ceil(((-tokens + 0.001) / perSecond) * 1_000);
}
