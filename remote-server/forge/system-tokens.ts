import type { Pool } from 'pg';
import type { Background } from '../http/background.ts';

/** A system token as it came with a call. */
export interface SystemToken {
  readonly installationId: string;
  readonly token: string;
  readonly apiBaseUrl: string;
}

/** Keeps the last system token of each installation, for work without a request. */
export interface SystemTokens {
  /** Takes a token note of; writes it soon, off the request's path, and only when it is a new one. Never throws. */
  offer(token: SystemToken): void;
  /** Writes what is waiting. */
  flush(): Promise<void>;
}

/** Milliseconds between two writes of one installation at most; a bound on writes when tokens change with every call. */
const EVERY = 1_000;
const MAX_REMEMBERED = 10_000;

/**
 * Makes the keeper. A call without a token never reaches `offer`, so it cannot erase one, as it does in
 * atlassian-connect-express, whose every Forge request also opens a transaction on the token's row.
 */
export function createSystemTokens(
  pool: Pool,
  background: Background,
  now: () => number,
): SystemTokens {
  const written = new Map<string, { readonly token: string; readonly at: number }>();
  const waiting = new Map<string, SystemToken & { readonly receivedAt: number }>();
  let timer: NodeJS.Timeout | undefined;

  const write = async (installationId: string): Promise<void> => {
    const next = waiting.get(installationId);
    if (next === undefined) return;
    waiting.delete(installationId);
    await pool.query(
      `insert into forge_token (installation_id, system_token, api_base_url, received_at)
         values ($1, $2, $3, $4)
         on conflict (installation_id) do update
           set system_token = excluded.system_token, api_base_url = excluded.api_base_url,
               received_at = excluded.received_at, expires_at = null
         where forge_token.received_at <= excluded.received_at
           and (forge_token.system_token, forge_token.api_base_url)
               is distinct from (excluded.system_token, excluded.api_base_url)`,
      [installationId, next.token, next.apiBaseUrl, new Date(next.receivedAt)],
    );
    if (written.size >= MAX_REMEMBERED) written.clear();
    written.set(installationId, { token: keyOf(next), at: now() });
  };

  const due = (installationId: string): boolean => {
    const last = written.get(installationId);
    return last === undefined || now() - last.at >= EVERY;
  };

  const pass = async (ready: (id: string) => boolean): Promise<void> => {
    for (const id of [...waiting.keys()].filter(ready)) await write(id);
    if (waiting.size > 0) schedule(EVERY);
  };

  const schedule = (delay: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      background.run('system_token_not_kept', () => pass(due));
    }, delay);
  };

  return {
    offer(token) {
      if (written.get(token.installationId)?.token === keyOf(token)) return;
      if (waiting.size >= MAX_REMEMBERED) return;
      waiting.set(token.installationId, { ...token, receivedAt: now() });
      schedule(0);
    },
    async flush() {
      clearTimeout(timer);
      timer = undefined;
      for (const id of [...waiting.keys()]) await write(id);
    },
  };
}

function keyOf({ token, apiBaseUrl }: SystemToken): string {
  return `${apiBaseUrl} ${token}`;
}
