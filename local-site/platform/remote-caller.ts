import { randomBytes } from 'node:crypto';
import type { Remote } from '../app/index.ts';
import { MAX_PAYLOAD_BYTES } from '../functions/index.ts';
import { signInvocationToken } from '../tokens/index.ts';
import type { SigningKey, SystemTokens } from '../tokens/index.ts';
import type { Clock } from '../types.ts';
import { environmentAri } from './identifiers.ts';
import type { Installation } from './installations.ts';
import { PlatformError } from './platform-error.ts';
import type { PlatformSwitches } from './switches.ts';

export interface RemoteRequest {
  readonly remote: Remote;
  readonly path: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Milliseconds. */
  readonly timeLimit: number;
  /** The system token to send, or undefined for none. */
  readonly systemToken: string | undefined;
  readonly module: { readonly type: string; readonly key: string };
  readonly context?: Readonly<Record<string, unknown>>;
  readonly principal?: string | undefined;
}

export interface RemoteCallerParts {
  readonly key: SigningKey;
  readonly tokens: SystemTokens;
  readonly clock: Clock;
  readonly switches: PlatformSwitches;
  readonly platformUrl: string;
}

/** Headers that only the platform may set. */
const RESERVED = /^(authorization|host|content-length|x-forge-.*|x-b3-.*|forge-proxy-.*)$/i;

/**
 * Calls a remote with a Forge Invocation Token. Never follows redirects, never retries, and reads at most 5 MB.
 * (Contract: connect-on-forge facts, section 9.1.)
 */
export class RemoteCaller {
  readonly #parts: RemoteCallerParts;
  readonly #closing = new AbortController();

  constructor(parts: RemoteCallerParts) {
    this.#parts = parts;
  }

  /**
   * The remote's answer, whatever its status is.
   *
   * @throws PlatformError `remote_timeout`, `remote_unreachable`, `redirect_refused`, `response_too_large`
   */
  async call(installation: Installation, request: RemoteRequest): Promise<Response> {
    const url = request.remote.baseUrl + withSlash(request.path);
    const headers = await this.#headers(installation, request);
    // Real time on purpose: a socket takes real time, whatever the site's clock says.
    const limit = AbortSignal.timeout(request.timeLimit);
    let response: Response;
    let body: ArrayBuffer;
    try {
      response = await fetch(url, {
        method: request.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([limit, this.#closing.signal]),
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      body = await response.arrayBuffer();
    } catch (cause) {
      if (limit.aborted) {
        const seconds = request.timeLimit / 1000;
        throw new PlatformError('remote_timeout', `${url} did not answer within ${seconds} s.`, {
          cause,
        });
      }
      throw new PlatformError('remote_unreachable', `${url} cannot be reached.`, { cause });
    }
    if (response.status >= 300 && response.status < 400) {
      throw new PlatformError('redirect_refused', `${url} answered with a redirect.`);
    }
    if (body.byteLength > MAX_PAYLOAD_BYTES) {
      throw new PlatformError('response_too_large', `${url} answered with more than 5 MB.`);
    }
    return new Response(hasBody(response.status) ? body : null, {
      status: response.status,
      statusText: response.statusText,
      headers: decodedHeaders(response.headers),
    });
  }

  /** Gives up every open call. */
  close(): void {
    this.#closing.abort();
  }

  async #headers(installation: Installation, request: RemoteRequest): Promise<Headers> {
    const { app, site } = installation;
    const { key, clock, switches, platformUrl } = this.#parts;
    const headers = new Headers({ accept: 'application/json' });
    for (const [name, value] of Object.entries(request.headers ?? {})) {
      if (!RESERVED.test(name)) headers.set(name, value);
    }
    if (request.body !== undefined && !headers.has('content-type')) {
      headers.set('content-type', 'application/json');
    }
    const token = await signInvocationToken(
      key,
      {
        appId: app.appId,
        appVersion: app.version,
        environment: {
          type: switches.environmentType,
          id: environmentAri(app.appId, app.environmentId),
        },
        installationId: installation.id,
        cloudId: site.cloudId,
        apiBaseUrl: `${platformUrl}/ex/jira/${site.cloudId}`,
        module: request.module,
        ...(request.context === undefined ? {} : { context: request.context }),
        ...(request.principal === undefined ? {} : { principal: request.principal }),
        withoutContexts: !switches.fitContexts,
      },
      clock.now(),
    );
    headers.set('authorization', `Bearer ${token}`);
    if (request.systemToken !== undefined) headers.set('x-forge-oauth-system', request.systemToken);
    headers.set('x-b3-traceid', randomBytes(16).toString('hex'));
    headers.set('x-b3-spanid', randomBytes(8).toString('hex'));
    return headers;
  }
}

function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function hasBody(status: number): boolean {
  return ![101, 204, 205, 304].includes(status);
}

/** The body has been decoded, so what described its encoding no longer holds. */
function decodedHeaders(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding', 'connection']) {
    kept.delete(name);
  }
  return kept;
}
