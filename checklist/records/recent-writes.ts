/** Milliseconds for which a key that was written is read by itself instead of trusted to a query. */
const KEPT_MS = 10_000;

/**
 * Which records this process wrote lately, by what they are listed under (`issue:10100`, `project:10000`). Queries of Forge
 * lag; these keys are read strictly, so that a person finds what they just did. Knows no values.
 */
export interface RecentWrites {
  /** Call before the write: one whose outcome is unknown counts as well. */
  note(tenant: string, under: string, key: string): void;
  of(tenant: string, under: string): readonly string[];
}

/** Makes the memory of one process. Bounded by time only: it holds what people wrote in ten seconds. */
export function createRecentWrites(now: () => number): RecentWrites {
  const writes = new Map<string, Map<string, number>>();
  let nextSweep = 0;
  const sweep = (at: number): void => {
    if (at < nextSweep) return;
    nextSweep = at + KEPT_MS;
    for (const [scope, keys] of writes) {
      for (const [key, until] of keys) if (until <= at) keys.delete(key);
      if (keys.size === 0) writes.delete(scope);
    }
  };
  const scopeOf = (tenant: string, under: string): string => JSON.stringify([tenant, under]);
  return {
    note(tenant, under, key) {
      const at = now();
      sweep(at);
      const scope = scopeOf(tenant, under);
      const keys = writes.get(scope) ?? new Map<string, number>();
      writes.set(scope, keys.set(key, at + KEPT_MS));
    },
    of(tenant, under) {
      const at = now();
      const keys = writes.get(scopeOf(tenant, under)) ?? new Map<string, number>();
      return [...keys].filter(([, until]) => until > at).map(([key]) => key);
    },
  };
}
