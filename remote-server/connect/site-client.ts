import jwt from 'atlassian-jwt';
import { RemoteError } from '../errors/remote-error.ts';
import { siteUrlOf } from './tenant.ts';
import type { Tenant } from './tenant.ts';
import type { Tenants } from './tenants.ts';

/** An answer of a site. */
export interface SiteAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls a tenant's site as the app. `path` begins with `/rest/` and may hold a query. */
export interface SiteClient {
  /**
   * Sends one call, again after 429, 5xx and broken connections. Rejects with `site_unavailable` when the site still does not
   * answer; 2xx and other 4xx come back as they are. Rejects with `not_found` when the tenant is gone.
   */
  call(tenant: string, method: string, path: string, body?: unknown): Promise<SiteAnswer>;
}

/** What the client stands on. */
export interface SiteClientParts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly connectKey: string;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const ATTEMPTS = 3;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;
const TIME_LIMIT = 10_000;
const VALID_SECONDS = 180;

/** A client that signs each call with the tenant's secret, as atlassian-connect-express would, but reads the tenant once. */
export function createSiteClient(parts: SiteClientParts): SiteClient {
  const send = async (
    tenant: Tenant,
    method: string,
    path: string,
    body: unknown,
  ): Promise<Response> => {
    const iat = Math.floor(parts.now() / 1000);
    const claims = {
      iss: parts.connectKey,
      aud: [tenant.clientKey],
      iat,
      exp: iat + VALID_SECONDS,
      qsh: jwt.createQueryStringHash(jwt.fromMethodAndUrl(method, path)),
    };
    return fetch(siteUrlOf(tenant) + path, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(TIME_LIMIT),
      headers: {
        authorization: `JWT ${jwt.encodeSymmetric(claims, tenant.sharedSecret)}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };

  return {
    async call(clientKey, method, path, body) {
      const tenant = await parts.tenants.get(clientKey);
      if (tenant === undefined)
        throw new RemoteError('not_found', 'The site is not known any more.');
      let last: unknown;
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        let wait = FIRST_WAIT * 2 ** (attempt - 1);
        try {
          const response = await send(tenant, method, path, body);
          const text = await response.text();
          if (response.status !== 429 && response.status < 500) {
            return { status: response.status, body: jsonOf(text) };
          }
          last = new Error(`The site answered ${response.status}`);
          wait = Math.max(wait, retryAfter(response));
        } catch (error) {
          last = error;
        }
        if (attempt < ATTEMPTS) await parts.sleep(Math.min(wait, LONGEST_WAIT));
      }
      throw new RemoteError('site_unavailable', 'The Jira site does not answer.', {
        next: 'Try again in a minute.',
        cause: last,
      });
    },
  };
}

function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'));
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
