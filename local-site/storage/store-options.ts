import type { Random } from '../support/index.ts';
import type { Clock, ForgeStore, UnmodelledRegister } from '../types.ts';
import type { StorageLimits } from './limits.ts';
import type { StorageSwitches } from './switches.ts';

export interface ForgeStoreOptions {
  /** The store's file, or `:memory:`. */
  readonly file: string;
  readonly clock: Clock;
  /** Draws lags, orders and conflicts; the same seed gives the same run. */
  readonly random: Random;
  readonly switches?: Partial<StorageSwitches>;
  readonly limits?: Partial<StorageLimits>;
  /** Where calls of unknown operations are recorded. */
  readonly register?: UnmodelledRegister;
}

/** The store with what a control page needs beside the platform's own door. */
export interface LocalForgeStore extends ForgeStore {
  readonly switches: StorageSwitches;
  readonly limits: StorageLimits;
  /**
   * Changes switches and limits while the store runs. Rate windows begin anew; what was drawn before, the lag of a change
   * or the end of an item, stays.
   */
  configure(change: {
    readonly switches?: Partial<StorageSwitches>;
    readonly limits?: Partial<StorageLimits>;
  }): void;
  /** Units that an installation was charged in this minute. */
  minute(installationId: string): { readonly readUnits: number; readonly writeUnits: number };
  /** Makes every cursor that is out invalid. */
  forgetCursors(): void;
  /** Removes a snapshot. Throws `StoreUsageError` when there is none. */
  dropSnapshot(snapshotId: string): void;
}
