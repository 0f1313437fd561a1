import { StorageError } from './errors.ts';
import { KEY_MAX_CHARACTERS } from './limits.ts';

/** Characters of a key, as published (limits-kvs-ce). `/`, `|`, `@`, `=` and every letter beyond ASCII are refused. */
const KEY_PATTERN = /^(?!\s+$)[a-zA-Z0-9:._\s\-#]+$/;

/** Throws `KEY_TOO_SHORT` (`EMPTY_KEY` for entities), `KEY_TOO_LONG` or `INVALID_KEY`. */
export function checkKey(key: string, ofEntity: boolean): void {
  if (key === '') throw new StorageError(ofEntity ? 'EMPTY_KEY' : 'KEY_TOO_SHORT');
  if (key.length > KEY_MAX_CHARACTERS) throw new StorageError('KEY_TOO_LONG');
  if (!KEY_PATTERN.test(key)) throw new StorageError('INVALID_KEY');
}

/**
 * Sorts after every key that begins with `prefix`: keys are compared by their UTF-8 bytes, so capitals come before small
 * letters. "Lexicographically ordered" is all that is documented (storage-reference/kvs); by what collation is [?].
 */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

/** The smallest text behind `key` that any allowed key could have: none holds a character below the tab. */
export function firstAfter(key: string): string {
  return `${key}\u0001`;
}
