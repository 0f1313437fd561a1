import type { Pool } from 'pg';

/** Channel on which workers hear that a tenant has something to push. Only a hint: the sweep finds it anyway. */
export const NUDGE_CHANNEL = 'crossgrade_dirty';

export interface Nudge {
  /** Call after a committed write. Never waits, never throws, at most one notification per tenant and interval. */
  nudge(tenant: string): void;
  close(): Promise<void>;
}

/** Tells the workers of a write soon after its commit, outside the user's transaction. `debounceMs` defaults to 50. */
export function createNudge(pool: Pool, options: { debounceMs?: number } = {}): Nudge {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  const flush = (): void => {
    timer = undefined;
    const tenants = [...waiting];
    waiting.clear();
    sending = pool
      .query('select pg_notify($1, t) from unnest($2::text[]) as t', [NUDGE_CHANNEL, tenants])
      .then(
        () => undefined,
        // A lost hint costs latency, not data: the dirty mark was committed with the write.
        () => undefined,
      );
  };
  return {
    nudge(tenant) {
      waiting.add(tenant);
      timer ??= setTimeout(flush, options.debounceMs ?? 50);
    },
    async close() {
      if (timer !== undefined) {
        clearTimeout(timer);
        flush();
      }
      await sending;
    },
  };
}
