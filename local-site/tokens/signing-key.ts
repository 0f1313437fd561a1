import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import { z } from 'zod';
import { NO_STATE } from '../state/index.ts';
import type { State } from '../state/index.ts';

/** The platform's RSA key: signs invocation tokens, and its public half is the JWKS. */
export interface SigningKey {
  /** Signs the claims as they are; times are the caller's business. */
  sign(claims: JWTPayload): Promise<string>;
  /** Body of `/.well-known/jwks.json`. */
  readonly jwks: { readonly keys: readonly JWK[] };
}

const KIND = 'signing key';
const NAME = 'current';
const Stored = z.object({ pem: z.string() });
const KID = 'forge/invocation-token/local';

/** The 2048-bit key of the state, made new when there is none. Making one takes some 100 ms. */
export async function createSigningKey(state: State = NO_STATE): Promise<SigningKey> {
  const pem = state.read(KIND, Stored).get(NAME)?.pem ?? newKey(state);
  const privateKey = createPrivateKey(pem);
  const publicJwk = await exportJWK(createPublicKey(privateKey));
  const jwk: JWK = { ...publicJwk, kid: KID, alg: 'RS256', use: 'sig' };
  return {
    sign: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KID })
        .sign(privateKey),
    jwks: { keys: [jwk] },
  };
}

function newKey(state: State): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  state.put(KIND, NAME, { pem });
  return pem;
}
