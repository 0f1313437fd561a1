import type { RequestHandler } from 'express';
import { RemoteError } from '../errors/remote-error.ts';
import { guard } from '../http/route.ts';
import type { Ace } from './ace.ts';
import type { Tenants } from './tenants.ts';
import { parseToken, tokenOf } from './token.ts';
import { checkTimes } from './verify-connect-token.ts';

/**
 * The middlewares of a page that Jira opens. The library checks signature, hash and end; before it we check what it leaves
 * out, which can only refuse more: `exp` must be there, `iat` not lie ahead, and `iss` be the tenant also when `aud` is there.
 * After a failed signature the tenant is read once past the cache.
 */
export function requirePage(
  ace: Pick<Ace, 'middleware' | 'authenticatePage'>,
  tenants: Pick<Tenants, 'again'>,
  now: () => number,
): RequestHandler[] {
  const checkClaims = guard((req) => {
    const parsed = parseToken(tokenOf(req) ?? '');
    if (parsed === undefined) throw refused('There is no readable token.');
    const { claims } = parsed;
    checkTimes(claims, now());
    if (claims.aud !== undefined && claims.aud[0] !== claims.iss) {
      throw refused('The token was not issued by the tenant.');
    }
  });

  const authenticate: RequestHandler = (req, res, next) => {
    ace.authenticatePage(req, res, (error?: unknown) => {
      const clientKey = parseToken(tokenOf(req) ?? '')?.claims.iss;
      if (!isWrongSignature(error) || clientKey === undefined) {
        next(error);
        return;
      }
      tenants.again(clientKey).then((fresh) => {
        if (fresh === undefined) next(error);
        else ace.authenticatePage(req, res, next);
      }, next);
    });
  };

  return [ace.middleware, checkClaims, authenticate];
}

/** The library's 400 means one thing only on these routes: the signature does not match the secret it was given. */
function isWrongSignature(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 400;
}

function refused(reason: string): RemoteError {
  return new RemoteError('unauthenticated', 'The page was not opened from a site we know.', {
    next: 'Open it from Jira.',
    cause: new Error(reason),
  });
}
