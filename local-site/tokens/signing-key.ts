import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWK, JWTPayload } from 'jose';

/** The platform's RSA key: signs invocation tokens, and its public half is the JWKS. */
export interface SigningKey {
  /** Signs the claims as they are; times are the caller's business. */
  sign(claims: JWTPayload): Promise<string>;
  /** Body of `/.well-known/jwks.json`. */
  readonly jwks: { readonly keys: readonly JWK[] };
}

/** Makes a new 2048-bit key. Takes some 100 ms. */
export async function createSigningKey(kid = 'forge/invocation-token/local'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return {
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey),
    jwks: { keys: [jwk] },
  };
}
