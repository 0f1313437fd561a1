import type { Answer } from '../../../types.ts';
import type { StorageLimits, StorageSwitches } from '../../index.ts';
import type { StoreUnderTest } from '../sdk.ts';

/** A look at the store that comes out differently under each value of one switch. */
export interface SwitchProbe {
  /** What the switch needs to show itself, beside the lenient reading of all others. */
  readonly beside?: Partial<StorageSwitches>;
  readonly limits?: Partial<StorageLimits>;
  readonly look: (test: StoreUnderTest) => Promise<unknown>;
  /** What is seen under the default, and under each other value in the order of the list. */
  readonly sees: readonly [unknown, ...unknown[]];
}

export type SwitchProbes<Name extends keyof StorageSwitches> = Readonly<Record<Name, SwitchProbe>>;

/** Code of a refusal, or the status of an answer. */
export function outcomeOf({ status, body }: Answer): string | number {
  return status < 400 ? status : (body as { code: string }).code;
}

/** A set whose body has exactly `bytes` bytes. */
export function bodyOf(bytes: number): { key: string; value: string } {
  const empty = JSON.stringify({ key: 'k', value: '' });
  return { key: 'k', value: 'x'.repeat(bytes - empty.length) };
}
