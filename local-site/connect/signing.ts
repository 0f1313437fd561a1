import {
  AsymmetricAlgorithm,
  createQueryStringHash,
  decodeSymmetric,
  encodeAsymmetric,
  encodeSymmetric,
  fromMethodAndUrl,
  SymmetricAlgorithm,
} from 'atlassian-jwt';
import { z } from 'zod';

/** Claims of a Connect JWT, times in seconds. */
export interface Claims {
  readonly iss: string;
  readonly iat: number;
  readonly exp: number;
  readonly qsh: string;
  readonly sub?: string;
  readonly aud?: string;
  readonly context?: unknown;
}

const VerifiedClaims = z.looseObject({ iss: z.string(), exp: z.number(), qsh: z.string() });
export type VerifiedClaims = z.infer<typeof VerifiedClaims>;

/** Connect's query string hash of a request. `path` is below the base URL and may carry a query; `jwt` in it is left out. */
export function queryStringHash(method: string, path: string): string {
  return createQueryStringHash(fromMethodAndUrl(method, path), false);
}

/** HS256 with the tenant's shared secret: pages, context tokens, webhooks. */
export function signWithSecret(claims: Claims, sharedSecret: string): string {
  return encodeSymmetric(claims, sharedSecret, SymmetricAlgorithm.HS256);
}

/** RS256 with the install key: `installed` and `uninstalled`. */
export function signWithInstallKey(claims: Claims, privateKey: string, kid: string): string {
  return encodeAsymmetric(claims, privateKey, AsymmetricAlgorithm.RS256, { kid });
}

/** The claims of an HS256 token, or undefined when the signature or the shape is wrong. Checks no time. */
export function verifyWithSecret(token: string, sharedSecret: string): VerifiedClaims | undefined {
  try {
    const claims: unknown = decodeSymmetric(token, sharedSecret, SymmetricAlgorithm.HS256);
    return VerifiedClaims.safeParse(claims).data;
  } catch {
    return undefined;
  }
}
