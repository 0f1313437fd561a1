import type { ForgeCarrier } from '../forge/carrier.ts';
import type { Priority } from './governor.ts';
import type { Timing, UnitAccount } from './unit-account.ts';
import type { HeadBook } from './head-book.ts';

/** What a tenant's target is: fixed at enrolment. */
export interface TargetScope {
  readonly group: string;
  readonly buckets: number;
  readonly tenantKey: Buffer;
  readonly incarnation: number;
  readonly mapping: number;
}

/** Where a sender asks for units before each call. */
export type Units = Pick<UnitAccount, 'take' | 'throttled' | 'left'>;

/** Everything a sender needs. One per tenant and process. */
export interface SendContext {
  readonly scope: TargetScope;
  readonly carrier: ForgeCarrier;
  readonly units: Units;
  readonly timing: Timing;
  readonly heads: HeadBook;
  /** 0…1, for the jitter of waits. */
  readonly random: () => number;
  readonly account: CopyAccount;
}

/** What one call needs: also before anything is known of the target. */
export type Reach = Pick<SendContext, 'carrier' | 'units' | 'timing' | 'random' | 'account'>;

/** Bytes one unit of quota pays for. Whether it is 10,000 or 10,240 is not documented: the stricter reading. */
export const UNIT_BYTES = 10_000;

/** What copying cost, for progress and for the promise "at most 1.10 of the ideal". */
export interface CopyAccount {
  /** Units of the write requests as Forge charges them. */
  units: number;
  /** Bytes of the records' own operations: what an ideal packing would pay for, without heads and without rounding. */
  recordBytes: number;
  transactions: number;
  conflicts: number;
  throttles: number;
}

export function newCopyAccount(): CopyAccount {
  return { units: 0, recordBytes: 0, transactions: 0, conflicts: 0, throttles: 0 };
}

/**
 * The same sender while users wait for the end of what it does: whatever it asks for comes before everybody else's. For
 * seconds, not for minutes: meanwhile nobody else of the installation gets a unit.
 */
export function urgent(context: SendContext): SendContext {
  return withPriority(context, 'handover');
}

/** The same sender for what can wait: people, pushes and whatever comes back from Forge go before it. */
export function unhurried(context: SendContext): SendContext {
  return withPriority(context, 'scrub');
}

function withPriority(context: SendContext, priority: Priority): SendContext {
  const { units } = context;
  return {
    ...context,
    units: {
      take: (request) => units.take({ ...request, priority }),
      throttled: () => units.throttled(),
      left: (kind) => units.left(kind),
    },
  };
}

/** Waits before the `attempt`th repetition: doubled each time, at most 10 s, with full jitter. */
export async function backOff(
  context: Pick<Reach, 'timing' | 'random'>,
  attempt: number,
): Promise<void> {
  const longest = Math.min(10_000, 100 * 2 ** attempt);
  await context.timing.sleep(Math.ceil(longest * (0.5 + context.random() / 2)));
}
