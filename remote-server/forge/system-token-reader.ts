import type { Pool } from 'pg';

/** Milliseconds a token found is believed: short, for it is rotated by every call of Forge. */
const KEPT_MS = 5_000;

/** Reads the newest system token of an installation that still lives. */
export interface SystemTokenReader {
  /** Undefined when there is none; that is looked up anew each time. */
  tokenOf(installationId: string): Promise<string | undefined>;
  /** It was refused: the next call looks again. */
  drop(installationId: string): void;
}

/** Makes the reader. A token lives four hours at most (`platform/forge/remote/calling-product-apis`). */
export function createSystemTokenReader(pool: Pool, now: () => number): SystemTokenReader {
  const known = new Map<string, { readonly token: string; readonly until: number }>();
  return {
    async tokenOf(installationId) {
      const kept = known.get(installationId);
      if (kept !== undefined && kept.until > now()) return kept.token;
      const found = await pool.query<{ token: string }>(
        `select system_token as token from forge_token
         where installation_id = $1 and received_at > now() - interval '4 hours'`,
        [installationId],
      );
      const token = found.rows[0]?.token;
      if (token === undefined) known.delete(installationId);
      else known.set(installationId, { token, until: now() + KEPT_MS });
      return token;
    },
    drop: (installationId) => void known.delete(installationId),
  };
}
