import { RemoteError } from '../errors/remote-error.ts';
import { LEEWAY } from './leeway.ts';
import type { Tenant } from './tenant.ts';
import type { Tenants } from './tenants.ts';
import { isSignedWith, parseToken } from './token.ts';
import type { ConnectClaims } from './token.ts';

/** What a token must be made for. */
export type Purpose =
  /** The page's script: a context token, or the session token that a page got from us. */
  | { readonly for: 'context' }
  /** One request of the site, with one of these query hashes. */
  | { readonly for: 'request'; readonly hashes: readonly string[] };

/** A token that was verified, and whose it is. */
export interface Verified {
  readonly tenant: Tenant;
  readonly claims: ConnectClaims;
}

/** What the verifier stands on. `now` is epoch milliseconds. */
export interface ConnectVerifierParts {
  readonly tenants: Tenants;
  readonly connectKey: string;
  readonly now: () => number;
}

/**
 * Verifies a token that a site signed with its shared secret. Rejects with `unauthenticated` for every refusal, and with the
 * database's own error when the tenant could not be looked up. Beyond atlassian-connect-express it requires `exp`, checks
 * `iss` also when `aud` is there, refuses an `iat` in the future, and takes a token only for the purpose it was made for: the
 * library lets a page's token of any other address in where it does not check the hash.
 */
export function createConnectVerifier(parts: ConnectVerifierParts) {
  return async (token: string | undefined, purpose: Purpose): Promise<Verified> => {
    if (token === undefined) throw refused('There is no token.');
    const parsed = parseToken(token);
    if (parsed === undefined) throw refused('The token cannot be read.');
    const { claims } = parsed;
    const clientKey = claims.aud?.[0] ?? claims.iss;
    checkTimes(claims, parts.now());

    let tenant = await parts.tenants.get(clientKey);
    if (tenant === undefined) throw refused('The tenant is not known.');
    if (!isSignedWith(parsed, tenant.sharedSecret)) {
      tenant = await parts.tenants.again(clientKey);
      if (tenant === undefined || !isSignedWith(parsed, tenant.sharedSecret)) {
        throw refused('The signature does not match.');
      }
    }
    checkPurpose(claims, purpose, clientKey, parts.connectKey);
    return { tenant, claims };
  };
}

/** The verifier as the middlewares use it. */
export type ConnectVerifier = ReturnType<typeof createConnectVerifier>;

/** `exp` is required and `iat` may not lie ahead; the leeway is for clocks that differ. */
export function checkTimes(claims: ConnectClaims, now: number): void {
  const seconds = now / 1000;
  if (claims.exp === undefined) throw refused('The token has no end.');
  if (claims.exp + LEEWAY <= seconds) throw refused('The token has expired.');
  if (claims.iat !== undefined && claims.iat - LEEWAY > seconds) {
    throw refused('The token is from the future.');
  }
}

function checkPurpose(
  claims: ConnectClaims,
  purpose: Purpose,
  clientKey: string,
  connectKey: string,
): void {
  const ofSite = claims.iss === clientKey;
  if (purpose.for === 'request') {
    if (!ofSite) throw refused('The token was not issued by the tenant.');
    if (claims.qsh === undefined || !purpose.hashes.includes(claims.qsh)) {
      throw refused('The token was made for another request.');
    }
    return;
  }
  const ofSession = claims.iss === connectKey && claims.aud?.[0] === clientKey;
  if (ofSite && claims.qsh === 'context-qsh') return;
  if (ofSession && claims.qsh === undefined) return;
  throw refused('The token is neither a context token nor a session token.');
}

function refused(reason: string): RemoteError {
  return new RemoteError('unauthenticated', 'The request is not signed by a site we know.', {
    next: 'Reload the page.',
    cause: new Error(reason),
  });
}
