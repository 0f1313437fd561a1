import type { ForgeCarrier } from '../forge/carrier.ts';
import type { Timing, UnitAccount } from './unit-account.ts';

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

/** What one call needs: also before anything is known of the target. */
export interface Reach {
  readonly carrier: ForgeCarrier;
  readonly units: Units;
  readonly timing: Timing;
  /** 0…1, for the jitter of waits. */
  readonly random: () => number;
  readonly account: CopyAccount;
}

/** What a call to a known target needs. */
export interface TargetReach extends Reach {
  readonly scope: TargetScope;
}

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

/** Waits before the `attempt`th repetition: doubled each time, at most 10 s, with full jitter. */
export async function backOff(
  context: Pick<Reach, 'timing' | 'random'>,
  attempt: number,
): Promise<void> {
  const longest = Math.min(10_000, 100 * 2 ** attempt);
  await context.timing.sleep(Math.ceil(longest * (0.5 + context.random() / 2)));
}
