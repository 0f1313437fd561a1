import type { Answer, Caller, Site } from '../types.ts';

/** Scopes of a Connect app, each but the last two including those before it. */
export type ConnectScope =
  'NONE' | 'READ' | 'WRITE' | 'DELETE' | 'PROJECT_ADMIN' | 'ADMIN' | 'INACCESSIBLE';

/** What a call needs, as Jira's OpenAPI document says. */
export interface RouteScopes {
  /**
   * Forge: all scopes of one of these lists; the first is the classic one. `any-connect`: one `…:connect-jira` scope is enough
   * (measured by a vendor for the Connect app properties; the OpenAPI document names none).
   */
  readonly forge: readonly (readonly string[])[] | 'any-connect';
  readonly connect: ConnectScope;
}

const LADDER: readonly ConnectScope[] = [
  'NONE',
  'READ',
  'WRITE',
  'DELETE',
  'PROJECT_ADMIN',
  'ADMIN',
];

/** Forge knows scopes of this ending; they authorise Connect's endpoints only (facts on Connect on Forge, 2.3). */
const CONNECT_SUFFIX = ':connect-jira';

/**
 * The answer for a caller whose app lacks the scope, or undefined when it has it. A person in the product has no scopes.
 * `held` is what the installed version declares: `READ` or `read` on a Connect site, `read:jira-work` and `read:connect-jira`
 * in a manifest; undefined leaves scopes unchecked.
 */
export function refusedByScope(
  site: Site,
  caller: Caller,
  needed: RouteScopes,
  held: readonly string[] | undefined,
): Answer | undefined {
  const via = caller.via ?? (caller.kind === 'user' ? undefined : viaOf(site));
  if (held === undefined || via === undefined) return undefined;
  if (via === 'connect') {
    if (connectAllows(needed.connect, held)) return undefined;
    return { status: 403, body: { message: 'Request not in an authorized API scope' } };
  }
  if (forgeAllows(needed.forge, held)) return undefined;
  return { status: 401, body: { code: 401, message: 'Unauthorized; scope does not match' } };
}

function viaOf(site: Site): 'connect' | 'forge' {
  return site.generation === 'connect' ? 'connect' : 'forge';
}

function connectAllows(needed: ConnectScope, held: readonly string[]): boolean {
  if (needed === 'INACCESSIBLE') return false;
  if (needed === 'NONE') return true;
  return held.some((scope) => {
    const name = scope.replace(CONNECT_SUFFIX, '').replaceAll('-', '_').toUpperCase();
    return LADDER.indexOf(name as ConnectScope) >= LADDER.indexOf(needed);
  });
}

function forgeAllows(needed: RouteScopes['forge'], held: readonly string[]): boolean {
  if (needed === 'any-connect') return held.some((scope) => scope.endsWith(CONNECT_SUFFIX));
  return needed.some((list) => list.every((scope) => held.includes(scope)));
}
