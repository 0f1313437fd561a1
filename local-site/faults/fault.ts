import { z } from 'zod';
import type { Border } from '../types.ts';

/** What can be done to one call. */
export type FaultKind =
  /** It never arrives; the caller gets no answer. */
  | 'lostRequest'
  /** It is performed; the caller gets no answer. */
  | 'lostAnswer'
  /** The caller gets no answer; it is performed some time later all the same. */
  | 'lateApply'
  /** It is performed twice. The caller gets the first answer. */
  | 'duplicate'
  /** It is held until the next call of its border has passed, or for a time at most. */
  | 'reorder'
  /** It is not performed; the border answers 429 in its own words. */
  | 'throttle'
  /** It is not performed; the border answers 5xx in its own words. */
  | 'serverError'
  /** It is performed after a time. */
  | 'slow'
  /** The function's process is killed while it runs. */
  | 'crash'
  /** The token that the call carries is no longer valid when it arrives. Never a Connect secret. */
  | 'expireToken';

/** One fault with its numbers, ready to be done and to be done again. `ms` is the site's time, for `crash` real time. */
export type Fault =
  | { readonly kind: 'lostRequest' | 'lostAnswer' | 'throttle' | 'expireToken' }
  | {
      readonly kind: 'lateApply' | 'duplicate' | 'reorder' | 'slow' | 'crash';
      readonly ms: number;
    }
  | { readonly kind: 'serverError'; readonly status: number };

export const FAULT_KINDS = [
  'lostRequest',
  'lostAnswer',
  'lateApply',
  'duplicate',
  'reorder',
  'throttle',
  'serverError',
  'slow',
  'crash',
  'expireToken',
] as const satisfies readonly FaultKind[];

const EVERYWHERE: readonly FaultKind[] = [
  'lostRequest',
  'lostAnswer',
  'lateApply',
  'duplicate',
  'reorder',
  'slow',
];
/** Calls that somebody waits for can be refused. */
const REFUSABLE: readonly FaultKind[] = [...EVERYWHERE, 'throttle', 'serverError'];

/**
 * What can happen at which border: only a call that gets an answer can be refused, and only some carry a token. A refusal of
 * what goes to the app (`remote`, `webhook`, `lifecycle`) stands for an app that answers so.
 */
export const KINDS_AT: Readonly<Record<Border, readonly FaultKind[]>> = {
  'storage.rest': [...REFUSABLE, 'expireToken'],
  'storage.function': REFUSABLE,
  'jira.app': [...REFUSABLE, 'expireToken'],
  'jira.site': REFUSABLE,
  invoke: [...REFUSABLE, 'crash'],
  remote: [...REFUSABLE, 'expireToken'],
  'remote.event': [...REFUSABLE, 'expireToken'],
  event: EVERYWHERE,
  queue: EVERYWHERE,
  schedule: EVERYWHERE,
  webhook: [...REFUSABLE, 'expireToken'],
  lifecycle: [...REFUSABLE, 'expireToken'],
};

export const BORDERS = Object.keys(KINDS_AT) as readonly Border[];

/** A day: nothing is held, delayed or repeated for longer. */
const ms = z.number().min(0).max(86_400_000);

export const faultSchema: z.ZodType<Fault> = z.union([
  z.strictObject({ kind: z.enum(['lostRequest', 'lostAnswer', 'throttle', 'expireToken']) }),
  z.strictObject({ kind: z.enum(['lateApply', 'duplicate', 'reorder', 'slow', 'crash']), ms }),
  z.strictObject({ kind: z.literal('serverError'), status: z.number().int().min(500).max(599) }),
]);
