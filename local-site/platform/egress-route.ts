import type { InvocationRecord } from './invocation-records.ts';
import { mayFetch } from './egress.ts';
import type { RouteAnswer, RouteRequest } from './route.ts';

/** As many as fetch itself follows. */
const MOST_REDIRECTS = 20;

/**
 * `fetch` of a function. Outside the allow-list nothing is sent, also not after a redirect: the SDK's name for that goes back
 * in the header, and the runtime throws it. One request too many answers 429 or throws, as the switch `egressOverLimit` says.
 */
export async function egressRoute(
  record: InvocationRecord,
  request: RouteRequest,
): Promise<RouteAnswer> {
  const first = URL.parse(request.target);
  if (first === null || !mayFetch(record.installation.app, first)) {
    return notAllowed(request.target);
  }
  if (!takeEgress(record)) return tooMany(record);
  try {
    return await send(record, request, first);
  } catch (error) {
    return {
      status: 502,
      headers: { 'forge-proxy-error': 'FUNCTION_FETCH_ERR' },
      body: error instanceof Error ? error.message : String(error),
    };
  }
}

/** Counts one outside request; false when none is left. */
export function takeEgress(record: InvocationRecord): boolean {
  if (record.egressLeft <= 0) return false;
  record.egressLeft -= 1;
  return true;
}

async function send(
  record: InvocationRecord,
  request: RouteRequest,
  first: URL,
): Promise<RouteAnswer> {
  let { method } = request;
  let body: Buffer | undefined = request.body.length > 0 ? request.body : undefined;
  let url = first;
  const signal = AbortSignal.timeout(record.outside.outsideRequestLimitMs);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const response = await fetch(url, {
      method,
      headers: request.headers,
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    const next = redirectOf(response, url);
    if (next === undefined) return await answerOf(response);
    await response.body?.cancel();
    if (!mayFetch(record.installation.app, next)) return notAllowed(next.href);
    if (response.status !== 307 && response.status !== 308 && method !== 'HEAD') {
      method = 'GET';
      body = undefined;
    }
    url = next;
  }
  throw new Error(`${first.href} redirects too often.`);
}

function redirectOf(response: Response, from: URL): URL | undefined {
  const location = response.headers.get('location');
  if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  return URL.parse(location, from.href) ?? undefined;
}

/** Wording: `ExternalEndpointNotAllowedError` of @forge/api 8.3.0 [code]. */
function notAllowed(address: string): RouteAnswer {
  return {
    status: 403,
    headers: { 'forge-proxy-error': 'REQUEST_EGRESS_ALLOWLIST_ERR' },
    body: `URL not included in the external fetch backend permissions: ${address}. Visit go.atlassian.com/forge-egress for more information.`,
  };
}

function tooMany(record: InvocationRecord): RouteAnswer {
  const body = 'Too many outside requests in this invocation.';
  if (record.outside.egressOverLimit === 'answer') return { status: 429, body };
  return { status: 429, headers: { 'forge-proxy-error': 'FUNCTION_FETCH_ERR' }, body };
}

/** A fetched response as an answer; its body is decoded already. */
export async function answerOf(response: Response): Promise<RouteAnswer> {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    if (!/^(content-encoding|content-length|transfer-encoding|connection)$/.test(name)) {
      headers[name] = value;
    }
  }
  return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) };
}
