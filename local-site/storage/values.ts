import { StorageError } from './errors.ts';

/** A value on its way into the store: as JSON text, with its size, and parsed. */
export interface CheckedValue {
  readonly parsed: unknown;
  readonly text: string;
  readonly bytes: number;
}

/** Throws `INVALID_REQUEST` for a missing or null value, `MAX_SIZE`, `MAX_DEPTH`. */
export function checkValue(value: unknown, maxBytes: number, maxDepth: number): CheckedValue {
  if (value === undefined || value === null) {
    throw new StorageError('INVALID_REQUEST', { message: 'value must be given and not null' });
  }
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    throw new StorageError('MAX_SIZE', {
      message: `The value has ${bytes} bytes, the limit is ${maxBytes}`,
    });
  }
  if (deeperThan(value, maxDepth)) {
    throw new StorageError('MAX_DEPTH', {
      message: `The value is nested deeper than ${maxDepth} levels`,
    });
  }
  return { parsed: value, text, bytes };
}

/** Whether objects and arrays are nested more than `levels` deep. A scalar has depth 0, `{}` and `[]` have depth 1. */
export function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (deeperThan(inner, levels - 1)) return true;
  return false;
}
