import { randomBytes } from 'node:crypto';
import { signInvocationToken } from '../tokens/index.ts';
import type { SigningKey } from '../tokens/index.ts';
import type { Clock } from '../types.ts';
import { environmentAri } from './identifiers.ts';
import type { Installation } from './installations.ts';
import { licenceOf } from './licence.ts';
import type { RemoteRequest } from './remote-request.ts';
import type { PlatformSwitches } from './switches.ts';

export interface RemoteHeadersParts {
  readonly key: SigningKey;
  readonly clock: Clock;
  readonly switches: PlatformSwitches;
  readonly platformUrl: string;
}

/** Headers that only the platform may set. */
const RESERVED = /^(authorization|host|content-length|x-forge-.*|x-b3-.*|forge-proxy-.*)$/i;
/** Older than the token's life of 25 s and any leeway of a verifier. */
const EXPIRED_MS = 10 * 60_000;

/**
 * The headers of one attempt, with an invocation token of its own (claims: connect-on-forge facts, section 9.2). `stale` makes
 * one that has expired on arrival.
 */
export async function remoteHeaders(
  parts: RemoteHeadersParts,
  installation: Installation,
  request: RemoteRequest,
  stale: boolean,
): Promise<Headers> {
  const { app, site } = installation;
  const { key, clock, switches, platformUrl } = parts;
  const headers = new Headers({ accept: 'application/json' });
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (!RESERVED.test(name)) headers.set(name, value);
  }
  if (request.body !== undefined && !headers.has('content-type')) {
    headers.set('content-type', 'application/json');
  }
  const { context, principal } = request;
  const license = licenceOf(installation);
  const token = await signInvocationToken(
    key,
    {
      appId: app.appId,
      appVersion: app.version,
      environment: {
        type: app.environmentType,
        id: environmentAri(app.appId, app.environmentId),
      },
      installationId: installation.id,
      cloudId: site.cloudId,
      apiBaseUrl: `${platformUrl}/ex/jira/${site.cloudId}`,
      module: request.module,
      ...(license === undefined ? {} : { license }),
      ...(context === undefined ? {} : { context: padded(context, switches.fitPaddingBytes) }),
      ...(principal === undefined ? {} : { principal }),
      ...(switches.icLabel === undefined ? {} : { icLabel: switches.icLabel }),
      withoutContexts: !switches.fitContexts,
    },
    clock.now() - (stale ? EXPIRED_MS : 0),
  );
  headers.set('authorization', `Bearer ${token}`);
  if (request.systemToken !== undefined) headers.set('x-forge-oauth-system', request.systemToken);
  headers.set('x-b3-traceid', randomBytes(16).toString('hex'));
  headers.set('x-b3-spanid', randomBytes(8).toString('hex'));
  return headers;
}

/** A context as large as those of some modules are (RFC-138): it travels in a header. */
function padded(
  context: Readonly<Record<string, unknown>>,
  bytes: number,
): Readonly<Record<string, unknown>> {
  return bytes === 0 ? context : { ...context, padding: 'x'.repeat(bytes) };
}
