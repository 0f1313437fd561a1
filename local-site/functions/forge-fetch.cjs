/**
 * The only way out of a function. Every call goes to the platform on the loopback, with the token of its invocation, and
 * the platform decides. It uses node:http with kept connections: undici's fetch costs several times as much per call.
 */
'use strict';
const http = require('node:http');

// Taken before the app's view of the module is changed (other-doors.cjs).
const { request: sendRequest } = http;

const agent = new http.Agent({ keepAlive: true, maxSockets: 128 });
const NO_BODY = new Set([101, 204, 205, 304]);

/** Path of the platform for a target of `__forge_fetch__`. */
function routeOf(target) {
  switch (target.type) {
    case 'fpp': {
      const account = target.accountId ? `/account/${encodeURIComponent(target.accountId)}` : '';
      const where = target.contextAri
        ? `contextAri/${encodeURIComponent(target.contextAri)}`
        : `remote/${target.remote}`;
      return `/fpp/provider/${target.provider}/${where}${account}`;
    }
    case 'frc':
      return `/frc/remote/${encodeURIComponent(target.remote)}`;
    case 'fcc':
      return `/fcc/service/${encodeURIComponent(target.service)}`;
    case 'tpp':
      return `/tpp/provider/${encodeURIComponent(target.provider)}`;
    case 'kvs':
    case 'sql':
    case 'os':
    case 'realtime':
      return `/fpp/as/app/provider/atlassian/capability/${target.type}`;
    case 'egress':
    case 'emails':
      return `/${target.type}`;
    default:
      // The platform's door writes it down and refuses it.
      return `/unmodelled/${encodeURIComponent(String(target.type))}`;
  }
}

exports.openDoor = (currentRuntime) => {
  async function forgeFetch(target, path, init = {}) {
    const runtime = currentRuntime();
    if (!runtime) throw new Error('A call left the function outside of an invocation.');
    const headers = new Headers(init.headers);
    const body = await bodyOf(init.body, headers);
    headers.delete('host');
    headers.set('forge-proxy-authorization', `Bearer ${runtime.proxy.token}`);
    headers.set('forge-proxy-target', asciiOnly(String(path)));
    headers.set('x-b3-traceid', runtime.tracing.traceId);
    headers.set('x-b3-spanid', runtime.tracing.spanId);
    if (body) headers.set('content-length', String(body.length));
    const url = runtime.proxy.url + routeOf(target);
    return exchange(url, init.method ?? 'GET', headers, body, init.signal);
  }

  async function fetchOutside(input, init) {
    const request = input instanceof Request ? input : undefined;
    const wanted = request
      ? {
          method: request.method,
          headers: request.headers,
          body: await request.arrayBuffer(),
          ...init,
        }
      : init;
    const target = request ? request.url : String(input);
    const response = await forgeFetch({ type: 'egress' }, target, wanted);
    const refusal = response.headers.get('forge-proxy-error');
    if (refusal) throw refused(refusal, await response.text());
    return response;
  }
  return { forgeFetch, fetch: fetchOutside };
};

function refused(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** A header may hold printable ASCII only. What is already encoded stays as it is. */
function asciiOnly(text) {
  return text.replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}

async function bodyOf(body, headers) {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') {
    if (!headers.has('content-type')) headers.set('content-type', 'text/plain;charset=UTF-8');
    return Buffer.from(body);
  }
  const carrier = new Response(body);
  const type = carrier.headers.get('content-type');
  if (type && !headers.has('content-type')) headers.set('content-type', type);
  return Buffer.from(await carrier.arrayBuffer());
}

function exchange(url, method, headers, body, signal) {
  return new Promise((resolve, reject) => {
    const options = {
      method,
      agent,
      headers: Object.fromEntries(headers),
      ...(signal ? { signal } : {}),
    };
    const request = sendRequest(url, options, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve(toResponse(answer, Buffer.concat(chunks))));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function toResponse(answer, body) {
  const headers = new Headers();
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    headers.append(answer.rawHeaders[i], answer.rawHeaders[i + 1]);
  }
  const status = answer.statusCode;
  const init = { status, statusText: answer.statusMessage, headers };
  return new Response(NO_BODY.has(status) ? null : body, init);
}
