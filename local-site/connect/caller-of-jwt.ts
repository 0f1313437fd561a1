import type { Caller } from '../types.ts';
import type { Installation } from './installation.ts';
import { queryStringHash, verifyWithSecret } from './signing.ts';

/**
 * Who makes a REST call with a Connect JWT: the app, when the token is HS256 with the tenant's secret, comes from the
 * app's key, is not expired and was made for exactly this method, path and query. `path` is below the site; `now` is
 * epoch milliseconds.
 */
export function callerOfJwt(
  installation: Installation,
  authorization: string,
  method: string,
  path: string,
  now: number,
): Caller | undefined {
  const token = /^JWT\s+(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) return undefined;
  const claims = verifyWithSecret(token, installation.sharedSecret);
  if (claims?.iss !== installation.app.key) return undefined;
  if (claims.exp * 1000 <= now) return undefined;
  if (claims.qsh !== queryStringHash(method, path)) return undefined;
  return { kind: 'app', via: 'connect' };
}
