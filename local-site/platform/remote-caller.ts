import { LostError, NO_FAULTS } from '../faults/index.ts';
import { MAX_PAYLOAD_BYTES } from '../functions/index.ts';
import type { SystemTokens } from '../tokens/index.ts';
import type { FaultGate, FaultOrder } from '../types.ts';
import type { Installation } from './installations.ts';
import { PlatformError } from './platform-error.ts';
import { readLimited } from './read-limited.ts';
import { remoteHeaders } from './remote-headers.ts';
import type { RemoteHeadersParts } from './remote-headers.ts';
import type { RemoteRequest } from './remote-request.ts';

export interface RemoteCallerParts extends RemoteHeadersParts {
  readonly tokens: SystemTokens;
  /** (Default: nothing goes wrong) */
  readonly faults?: FaultGate;
}

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
    const { faults = NO_FAULTS } = this.#parts;
    const { border = 'remote', method, path } = request;
    const what = `${installation.site.slug} ${method} ${withSlash(path).split('?')[0] ?? path}`;
    try {
      return await faults.pass(
        border,
        what,
        (order) => this.#attempt(installation, request, order),
        (status) => Response.json({ message: `The platform refused the call.` }, { status }),
      );
    } catch (error) {
      if (!(error instanceof LostError)) throw error;
      const url = request.remote.baseUrl + withSlash(path);
      throw error.silence === 'hang'
        ? timedOut(url, request.timeLimit, error)
        : unreachable(url, error);
    }
  }

  /** Gives up every open call. */
  close(): void {
    this.#closing.abort();
  }

  async #attempt(
    installation: Installation,
    request: RemoteRequest,
    order: FaultOrder,
  ): Promise<Response> {
    const url = request.remote.baseUrl + withSlash(request.path);
    const stale = order.expireToken === true;
    const headers = await remoteHeaders(this.#parts, installation, request, stale);
    // Real time on purpose: a socket takes real time, whatever the site's clock says.
    const limit = AbortSignal.timeout(request.timeLimit);
    let response: Response;
    let body: Uint8Array;
    try {
      response = await fetch(url, {
        method: request.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([limit, this.#closing.signal]),
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      body = await readLimited(response, MAX_PAYLOAD_BYTES);
    } catch (cause) {
      if (cause instanceof PlatformError) throw cause;
      throw limit.aborted ? timedOut(url, request.timeLimit, cause) : unreachable(url, cause);
    }
    if (response.status >= 300 && response.status < 400) {
      throw new PlatformError('redirect_refused', `${url} answered with a redirect.`);
    }
    return new Response(hasBody(response.status) ? Buffer.from(body) : null, {
      status: response.status,
      statusText: response.statusText,
      headers: decodedHeaders(response.headers),
    });
  }
}

function timedOut(url: string, timeLimit: number, cause: unknown): PlatformError {
  const message = `${url} did not answer within ${timeLimit / 1000} s.`;
  return new PlatformError('remote_timeout', message, { cause });
}

function unreachable(url: string, cause: unknown): PlatformError {
  return new PlatformError('remote_unreachable', `${url} cannot be reached.`, { cause });
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
