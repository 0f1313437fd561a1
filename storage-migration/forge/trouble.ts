import type { Trouble } from './carrier.ts';

/**
 * Names what Forge answered instead of a success, whichever way it was carried. Matches on codes; an unknown code counts as
 * final unless the status says otherwise.
 */
export function troubleOf(status: number, code: string, message: string): Trouble {
  if (code === 'CONDITIONAL_CHECK_FAILED') return { kind: 'conflict' };
  if (status === 429) return { kind: 'throttled', code };
  if (status === 401 || status === 403) return { kind: 'unauthorized', status };
  if (status >= 400 && status < 500) return { kind: 'refused', status, code, message };
  return { kind: 'unknown', cause: new Error(`${status} ${code} ${message}`) };
}
