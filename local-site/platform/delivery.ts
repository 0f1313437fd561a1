import type { Target } from '../app/index.ts';
import type { CallKind } from './invoker.ts';
import type { PlatformSwitches } from './switches.ts';

/** Something that the platform tells the app by itself, on its way to one module. */
export interface Delivery {
  readonly kind: CallKind;
  readonly moduleKey: string;
  /** `trigger`, `scheduledTrigger`, `preUninstall`. */
  readonly moduleType: string;
  readonly target: Target;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Who is tried again after a failure. (Default: `all`) */
  readonly retried?: 'all' | 'endpoint' | 'none';
}

/** Sent along on a retry (connect-on-forge facts, section 9.1; forge-storage facts, section 10.4). */
export interface RetryContext {
  readonly retryCount: number;
  readonly retryReason: string;
  readonly retryData: unknown;
  /** Only with async events. */
  readonly retentionWindow?: { readonly startTime: string; readonly remainingTimeMs: number };
}

/** How one attempt ended. `again` is there when the platform or the app wants another one. */
export type Attempt =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly message: string;
      readonly again?: { readonly afterMs: number; readonly data: unknown };
    };

/** A function's wish to be called again. */
export interface RetryRequest {
  readonly retryAfterMs: number;
  readonly reason: string;
  readonly data: unknown;
}

/** Longest wait that an app may ask for, and the longest delay of an event; more is lowered to it [doc]. */
export const MAX_RETRY_AFTER_SECONDS = 900;
/** CHANGE-2508. */
export const MAX_RETRY_DATA_BYTES = 4 * 1024;

/**
 * Reads what a function returns to ask for a retry: the value of `new InvocationError(…)` of @forge/events. `too_big` stands
 * for one with more than 4 KB of `retryData`, unless the switch `bigRetryData` only drops the data.
 */
export function retryRequestOf(
  result: unknown,
  switches: Pick<PlatformSwitches, 'bigRetryData'>,
): RetryRequest | 'too_big' | undefined {
  if (typeof result !== 'object' || result === null || !('_retry' in result)) return undefined;
  if (result._retry !== true) return undefined;
  const options =
    'retryOptions' in result && typeof result.retryOptions === 'object' ? result.retryOptions : {};
  const { retryAfter, retryReason, retryData } = (options ?? {}) as Record<string, unknown>;
  const isBig = byteSize(retryData) > MAX_RETRY_DATA_BYTES;
  if (isBig && switches.bigRetryData === 'refused') return 'too_big';
  const seconds = typeof retryAfter === 'number' && retryAfter > 0 ? retryAfter : 1;
  return {
    retryAfterMs: Math.min(seconds, MAX_RETRY_AFTER_SECONDS) * 1000,
    reason: typeof retryReason === 'string' ? retryReason : 'FUNCTION_RETRY_REQUEST',
    data: isBig ? null : (retryData ?? null),
  };
}

/** Bytes of a value as JSON. */
export function byteSize(value: unknown): number {
  const text = JSON.stringify(value) as string | undefined;
  return Buffer.byteLength(text ?? '');
}
