import { StorageError } from './errors.ts';
import { TTL_MAX_MS } from './limits.ts';

/** When an item expires, and when it really is gone: deletion is asynchronous, up to 48 h late (storage-reference/kvs). */
export interface Expiry {
  readonly expiresAt: number | null;
  readonly goneAt: number | null;
}

export const NEVER: Expiry = { expiresAt: null, goneAt: null };

const UNIT_MS = new Map([
  ['SECONDS', 1_000],
  ['MINUTES', 60_000],
  ['HOURS', 3_600_000],
  ['DAYS', 86_400_000],
]);

interface Ttl {
  readonly value: unknown;
  readonly unit: unknown;
}

/** Throws `INVALID_TTL` as `expiryOf` would. */
export function checkTtl(ttl: Ttl | undefined): void {
  if (ttl) lengthOf(ttl);
}

/** Throws `INVALID_TTL` unless the time is a positive whole number of a known unit, at most one year. */
export function expiryOf(ttl: Ttl, now: number, lateMs: number): Expiry {
  const expiresAt = now + lengthOf(ttl);
  return { expiresAt, goneAt: expiresAt + lateMs };
}

function lengthOf({ value, unit }: Ttl): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0) {
    const received = typeof value === 'number' ? String(value) : JSON.stringify(value);
    throw new StorageError('INVALID_TTL', {
      message: `TTL value must be a positive integer, received: ${received}`,
    });
  }
  const unitMs = typeof unit === 'string' ? UNIT_MS.get(unit) : undefined;
  if (unitMs === undefined) {
    throw new StorageError('INVALID_TTL', {
      message: 'TTL unit must be SECONDS, MINUTES, HOURS or DAYS',
    });
  }
  if (value * unitMs > TTL_MAX_MS) {
    throw new StorageError('INVALID_TTL', { message: 'TTL must be at most one year' });
  }
  return value * unitMs;
}
