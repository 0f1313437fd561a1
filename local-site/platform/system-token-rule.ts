import type { ForgeApp } from '../app/index.ts';

const TOKEN_SCOPES = new Set(['read:app-system-token', 'read:app-user-token']);

/**
 * Whether a system token can be made at all: the app has the scope `read:app-system-token` and at least one scope that
 * is not a token scope. Otherwise nothing is sent, and the app is not told why (forge-storage facts, section 7).
 */
export function mayHaveSystemToken(app: ForgeApp): boolean {
  return (
    app.scopes.has('read:app-system-token') &&
    [...app.scopes].some((scope) => !TOKEN_SCOPES.has(scope))
  );
}
