import type { InvocationRecord } from './invocation-records.ts';
import { mayFetch } from './egress.ts';
import type { RouteAnswer, RouteRequest } from './route.ts';

/**
 * `fetch` of a function. Outside the allow-list nothing is sent: the SDK's name for that goes back in the header, and the
 * runtime throws it. More than the allowed number of requests answers 429; how the platform really says it is not known.
 */
export async function egressRoute(
  record: InvocationRecord,
  request: RouteRequest,
): Promise<RouteAnswer> {
  const url = URL.parse(request.target);
  if (url === null || !mayFetch(record.installation.app, url)) {
    return {
      status: 403,
      headers: { 'forge-proxy-error': 'REQUEST_EGRESS_ALLOWLIST_ERR' },
      body: `URL not included in the external fetch backend permissions: ${request.target}.`,
    };
  }
  if (record.egressLeft <= 0) return { status: 429, body: 'Too many outside requests.' };
  record.egressLeft -= 1;
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: request.headers,
      ...(request.body.length > 0 ? { body: new Uint8Array(request.body) } : {}),
    });
    return await answerOf(response);
  } catch (error) {
    return {
      status: 502,
      headers: { 'forge-proxy-error': 'FUNCTION_FETCH_ERR' },
      body: error instanceof Error ? error.message : String(error),
    };
  }
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
