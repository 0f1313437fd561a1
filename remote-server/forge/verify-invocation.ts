import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { LEEWAY } from '../connect/leeway.ts';
import { RemoteError } from '../errors/remote-error.ts';
import { invocationSchema, toInvocation } from './invocation-token.ts';
import type { Invocation } from './invocation-token.ts';

/** What the verifier believes. */
export interface InvocationVerifierParts {
  readonly jwksUrl: URL;
  readonly appId: string;
  readonly apiHost: string;
  readonly environmentType: string;
  readonly now: () => number;
  /** Milliseconds the key server may take. */
  readonly timeLimit?: number;
}

/** Verifies the value of an `Authorization` header. */
export type InvocationVerifier = (authorization: string | undefined) => Promise<Invocation>;

/**
 * Verifies Forge invocation tokens. Make one per process: it keeps the key set, which atlassian-connect-express fetches on
 * every request. The key set's address is configured and never taken from the token. Rejects with `unauthenticated` for every
 * refusal and with `keys_unavailable` when the keys cannot be fetched: an outage answered with 401 would be retried by Forge
 * as a wrong token.
 */
export function createInvocationVerifier(parts: InvocationVerifierParts): InvocationVerifier {
  const keys = createRemoteJWKSet(parts.jwksUrl, { timeoutDuration: parts.timeLimit ?? 3_000 });
  return async (authorization) => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw refused('There is no invocation token.');
    const payload = await verify(token);
    const claims = invocationSchema.safeParse(payload);
    if (!claims.success) throw refused('The claims cannot be read.', claims.error);
    if (claims.data.iat - LEEWAY > parts.now() / 1000) throw refused('It is from the future.');
    const { environment, id } = claims.data.app;
    if (environment.type !== parts.environmentType) {
      throw refused(`It is for the environment ${environment.type}.`);
    }
    if (id !== parts.appId) throw refused('It is for another app.');
    return toInvocation(claims.data, parts.apiHost);
  };

  async function verify(token: string): Promise<unknown> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: 'forge/invocation-token',
        audience: parts.appId,
        requiredClaims: ['exp', 'iat'],
        clockTolerance: LEEWAY,
        currentDate: new Date(parts.now()),
      });
      return payload;
    } catch (error) {
      if (isRefusal(error)) throw refused(error.message, error);
      throw new RemoteError('keys_unavailable', 'The keys of Forge cannot be fetched right now.', {
        next: 'Try again in a moment.',
        cause: error,
      });
    }
  }
}

/** Errors that say something about the token. jose's generic error and its time-out are about the key server. */
function isRefusal(error: unknown): error is errors.JOSEError {
  return (
    error instanceof errors.JOSEError &&
    error.code !== 'ERR_JOSE_GENERIC' &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid)
  );
}

function refused(reason: string, cause?: unknown): RemoteError {
  return new RemoteError('unauthenticated', 'The call is not signed by Forge for this app.', {
    cause: new Error(reason, { cause }),
  });
}
