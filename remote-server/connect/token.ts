import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { z } from 'zod';

const header = z.looseObject({ alg: z.string() });

const claims = z.looseObject({
  iss: z.string().min(1),
  aud: z
    .union([z.string(), z.array(z.string())])
    .transform((aud) => [aud].flat())
    .optional(),
  sub: z.string().nullish(),
  iat: z.number().optional(),
  exp: z.number().optional(),
  qsh: z.string().optional(),
  context: z.unknown().optional(),
});

/** Claims of a Connect token. Not verified until `isSignedWith` has said so. */
export type ConnectClaims = Readonly<z.infer<typeof claims>>;

/** A token taken apart. */
export interface ParsedToken {
  readonly alg: string;
  readonly claims: ConnectClaims;
  readonly signed: string;
  readonly signature: Buffer;
}

/** Takes a compact token apart; undefined when it does not even look like one. Verifies nothing. */
export function parseToken(token: string): ParsedToken | undefined {
  const [head, body, signature, rest] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || rest !== undefined) {
    return undefined;
  }
  const parsedHeader = header.safeParse(decode(head));
  const parsedClaims = claims.safeParse(decode(body));
  if (!parsedHeader.success || !parsedClaims.success) return undefined;
  return {
    alg: parsedHeader.data.alg,
    claims: parsedClaims.data,
    signed: `${head}.${body}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** Whether the token carries the HMAC of this secret. Other algorithms are never accepted here. */
export function isSignedWith(token: ParsedToken, secret: string): boolean {
  if (token.alg !== 'HS256') return false;
  const expected = createHmac('sha256', secret).update(token.signed).digest();
  return expected.length === token.signature.length && timingSafeEqual(expected, token.signature);
}

/** The token of a request: `?jwt=` as on page addresses, or `Authorization: JWT …`. */
export function tokenOf(req: Request): string | undefined {
  const inQuery = req.query['jwt'];
  if (typeof inQuery === 'string') return inQuery;
  return /^JWT (\S+)$/.exec(req.headers.authorization ?? '')?.[1];
}

function decode(segment: string): unknown {
  try {
    return JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
