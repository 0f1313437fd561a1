import {
  decide,
  isCapped,
  DEFAULT_LIMITS,
  newGovernor,
  onThrottled,
  refill,
  type GovernorState,
  type Priority,
  type QuotaLimits,
  type UnitRequest,
  type WaitReason,
} from './governor.ts';

/** Where the governor's state lives: in memory for one process, in `mig_quota` for several. */
export interface GovernorStore {
  /** Reads, changes and writes the state so that no two changes overlap. Rejects when it can't: copying then stops. */
  update<T>(
    change: (state: GovernorState | undefined) => { state: GovernorState; result: T },
  ): Promise<T>;
}

/** Time as the copier sees it; virtual in benchmarks and simulation. */
export interface Timing {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const SYSTEM_TIMING: Timing = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Waiting that lasted, by its reason, for status lines. */
export interface Waiting {
  readonly reason: WaitReason;
  readonly waitMs: number;
}

/** Units taken from the shared state at once, so that not every small request costs a round trip to it. */
const LEASE = 10;

/** One installation's units. Everything that talks to Forge asks here first. */
export class UnitAccount {
  readonly #store: GovernorStore;
  readonly #timing: Timing;
  readonly #limits: QuotaLimits;
  readonly #leased = new Map<string, number>();
  /** Leases under way: whoever comes meanwhile waits for them, instead of each taking one of its own. */
  readonly #leasing = new Map<string, Promise<void>>();
  /** Units spent since this object was made. */
  readonly used = { read: 0, write: 0 };
  /** The last reason for waiting, undefined while nothing waits. */
  waiting: Waiting | undefined;

  constructor(store: GovernorStore, timing: Timing, limits: Partial<QuotaLimits> = {}) {
    this.#store = store;
    this.#timing = timing;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Resolves when the units may be spent. Fails closed: rejects when the state can't be read. */
  async take(request: UnitRequest): Promise<void> {
    const lease = `${request.kind} ${accountOf(request.priority)}`;
    while (!this.#spendLeased(lease, request)) {
      const underWay = this.#leasing.get(lease);
      if (underWay !== undefined) {
        // Whoever began it is told why it failed; the others find out for themselves.
        await underWay.catch(() => undefined);
        continue;
      }
      const leasing = this.#lease(lease, request).finally(() => this.#leasing.delete(lease));
      this.#leasing.set(lease, leasing);
      await leasing;
    }
  }

  /** Asks once; waits as long as it is told to, and then it is to be asked again. */
  async #lease(lease: string, request: UnitRequest): Promise<void> {
    const units = Math.max(request.units, LEASE);
    const decision = await this.#store.update((state) => {
      const now = this.#timing.now();
      const wanted = { ...request, units };
      const result = decide(state ?? newGovernor(now), wanted, this.#limits, now);
      return { state: result.state, result };
    });
    if (decision.granted) {
      this.#leased.set(lease, (this.#leased.get(lease) ?? 0) + units);
      this.waiting = undefined;
    } else {
      this.waiting = { reason: decision.reason, waitMs: decision.waitMs };
      await this.#timing.sleep(Math.min(decision.waitMs, 5_000));
    }
  }

  #spendLeased(lease: string, request: UnitRequest): boolean {
    const left = (this.#leased.get(lease) ?? 0) - request.units;
    if (left < 0) return false;
    this.#leased.set(lease, left);
    this.used[request.kind] += request.units;
    return true;
  }

  /** Units that may be spent at once, by anybody; below zero while the quota catches up. Takes none. */
  async left(kind: UnitRequest['kind']): Promise<number> {
    return this.#store.update((state) => {
      const now = this.#timing.now();
      const filled = refill(state ?? newGovernor(now), this.#limits, now);
      return { state: filled, result: filled[kind].all };
    });
  }

  /** Forge answered 429. */
  async throttled(): Promise<void> {
    // What was leased before the refusal may be what was too much.
    this.#leased.clear();
    await this.#store.update((state) => {
      const now = this.#timing.now();
      return { state: onThrottled(state ?? newGovernor(now), now), result: undefined };
    });
  }
}

/** What may be spent of one lease: units taken for a hand-over are for it alone. */
function accountOf(priority: Priority): string {
  if (priority === 'handover') return 'handover';
  return isCapped(priority) ? 'capped' : 'free';
}

/** State in memory, for one process. */
export function memoryGovernorStore(): GovernorStore {
  let current: GovernorState | undefined;
  return {
    update: (change) => {
      const { state, result } = change(current);
      current = state;
      return Promise.resolve(result);
    },
  };
}
