import type { Request } from 'express';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { RemoteError } from '../errors/remote-error.ts';
import { isWhitelisted } from './host-whitelist.ts';
import type { InstallKeys } from './install-keys.ts';
import { LEEWAY } from './leeway.ts';
import { queryHashesOf } from './query-hash.ts';
import { tenantSchema } from './tenant.ts';
import type { Tenant } from './tenant.ts';
import { tokenOf } from './token.ts';

/** What the verifier of lifecycle callbacks stands on. */
export interface InstallVerifierParts {
  readonly keys: InstallKeys;
  readonly baseUrl: string;
  readonly connectKey: string;
  readonly hostWhitelist: readonly string[];
  readonly now: () => number;
}

const lifecycleBody = z.looseObject({
  key: z.string(),
  clientKey: z.string().min(1),
  baseUrl: z.url({ protocol: /^https?$/ }),
});

/**
 * Verifies `installed` and `uninstalled`: signed by Atlassian with RS256, for this app, this address and this request, by the
 * tenant the body names. atlassian-connect-express does not look at the body's `key`, accepts a token without end, and takes
 * whatever a key server answers for a key.
 */
export function createInstallVerifier(parts: InstallVerifierParts) {
  const verifySigned = async (req: Request, body: unknown): Promise<void> => {
    const token = tokenOf(req);
    const kid = token === undefined ? undefined : kidOf(token);
    if (token === undefined || kid === undefined) throw refused('There is no RS256 token.');
    const { key, clientKey, baseUrl } = read(lifecycleBody, body);
    if (key !== parts.connectKey) throw refused('The callback is for another app.');
    if (!isWhitelisted(baseUrl, parts.hostWhitelist)) throw refused('The host is not accepted.');

    const publicKey = await parts.keys(kid, baseUrl);
    if (publicKey === undefined) throw refused('No key server knows the key.');
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: ['RS256'],
        issuer: clientKey,
        audience: [parts.baseUrl, `${parts.baseUrl}/`],
        requiredClaims: ['exp', 'iat', 'qsh'],
        clockTolerance: LEEWAY,
        currentDate: new Date(parts.now()),
      });
      if ((payload.iat ?? 0) - LEEWAY > parts.now() / 1000) {
        throw refused('The token is from the future.');
      }
      const { qsh } = payload;
      if (typeof qsh !== 'string' || !queryHashesOf(req, parts.baseUrl).includes(qsh)) {
        throw refused('The token was made for another request.');
      }
    } catch (error) {
      if (error instanceof errors.JOSEError) throw refused(error.message, error);
      throw error;
    }
  };

  return {
    /** Returns the tenant of a verified `installed`. */
    async installed(req: Request): Promise<Tenant> {
      await verifySigned(req, req.body);
      return read(tenantSchema, req.body);
    },
    /** Returns the client key of a verified `uninstalled`. */
    async uninstalled(req: Request): Promise<string> {
      await verifySigned(req, req.body);
      return read(lifecycleBody, req.body).clientKey;
    },
  };
}

/** The verifier as the lifecycle routes use it. */
export type InstallVerifier = ReturnType<typeof createInstallVerifier>;

/** The key id of an RS256 token; a malformed token has none. */
function kidOf(token: string): string | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return alg === 'RS256' && kid !== '' ? kid : undefined;
  } catch {
    return undefined;
  }
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new RemoteError('malformed', 'The callback cannot be read.', {
    field: issue?.path.join('.') ?? 'body',
    cause: result.error,
  });
}

function refused(reason: string, cause?: unknown): RemoteError {
  return new RemoteError('unauthenticated', 'The callback is not signed by Atlassian for us.', {
    cause: new Error(reason, { cause }),
  });
}
