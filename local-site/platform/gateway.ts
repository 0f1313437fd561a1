import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearerToken, readBytes, readText, sendAnswer } from '../server.ts';
import type { Handler } from '../server.ts';
import type { SigningKey } from '../tokens/index.ts';
import type { Answer } from '../types.ts';
import type { Installation } from './installations.ts';
import type { InvocationRecords } from './invocation-records.ts';
import { callJira } from './product-route.ts';
import { ownHeaders } from './route.ts';
import { runtimeRoute } from './runtime-routes.ts';
import type { RuntimeRoutesParts } from './runtime-routes.ts';

export interface GatewayParts extends RuntimeRoutesParts {
  readonly key: SigningKey;
  readonly records: InvocationRecords;
  /** The open installation that a system token speaks for. */
  readonly installationOfToken: (token: string) => Installation | undefined;
  readonly installKey: (kid: string) => string | undefined;
}

const STORAGE = '/forge/storage/kvs/v1';
const INSTALL_KEYS = '/install-keys/';
const JIRA = /^\/ex\/jira\/([^/]+)(\/rest\/.*)$/;
/** Above the platform's own limits, which the rooms check; this only protects the process. */
const BODY_LIMIT = 8 * 1024 * 1024;

/**
 * The stand-in for api.atlassian.com, install-keys CDN and JWKS address, in one server: what remotes call with a system
 * token, and what functions call with the token of their invocation.
 */
export function createGateway(parts: GatewayParts): Handler {
  return async (request, response) => {
    const url = request.url ?? '/';
    if (url.startsWith(`${STORAGE}/`)) {
      sendAnswer(response, await storage(parts, request, url.slice(STORAGE.length)));
    } else if (request.headers['forge-proxy-authorization'] !== undefined) {
      await runtime(parts, request, response, url);
    } else if (url.startsWith('/ex/')) {
      sendAnswer(response, await product(parts, request, url));
    } else if (url === '/.well-known/jwks.json') {
      sendAnswer(response, { status: 200, body: parts.key.jwks });
    } else if (url.startsWith(INSTALL_KEYS)) {
      installKey(parts, response, url.slice(INSTALL_KEYS.length));
    } else {
      const what = `${request.method ?? 'GET'} ${url.split('?')[0] ?? url}`;
      sendAnswer(response, parts.register.refuse('api.atlassian.com', what));
    }
  };
}

/** Storage for remotes (forge-storage facts, section 7): only system tokens open it, only with scope `storage:app`. */
async function storage(
  parts: GatewayParts,
  request: IncomingMessage,
  operation: string,
): Promise<Answer> {
  const body = await readText(request, BODY_LIMIT);
  const installation = authenticated(parts, request);
  if (installation === undefined) return UNAUTHORIZED;
  if (!installation.app.scopes.has('storage:app')) {
    return {
      status: 403,
      body: { code: 'FORBIDDEN', message: 'The scope storage:app is missing.' },
    };
  }
  if (request.method !== 'POST') {
    return { status: 405, body: { code: 'METHOD_NOT_ALLOWED', message: 'Use POST.' } };
  }
  return parts.store.handle(installation.id, operation, body);
}

async function product(
  parts: GatewayParts,
  request: IncomingMessage,
  url: string,
): Promise<Answer> {
  const body = await readText(request, BODY_LIMIT);
  const match = JIRA.exec(url);
  if (match?.[1] === undefined || match[2] === undefined) {
    return parts.register.refuse('api.atlassian.com', `${request.method ?? 'GET'} ${url}`);
  }
  const installation = authenticated(parts, request);
  if (installation === undefined) return UNAUTHORIZED;
  if (installation.site.cloudId !== match[1]) {
    return { status: 404, body: { code: 404, message: 'No such site for this token.' } };
  }
  const caller = { kind: 'app' } as const;
  const method = request.method ?? 'GET';
  return callJira(parts, installation, caller, method, match[2], body === '' ? undefined : body);
}

const UNAUTHORIZED: Answer = {
  status: 401,
  body: { code: 'UNAUTHORIZED', message: 'Unauthorized' },
};

function authenticated(parts: GatewayParts, request: IncomingMessage): Installation | undefined {
  const token = bearerToken(request.headers.authorization);
  return token === undefined ? undefined : parts.installationOfToken(token);
}

/** A key that does not exist answers 404 with a text: a client that ignores the status must not take it for a key. */
function installKey(parts: GatewayParts, response: ServerResponse, kid: string): void {
  const pem = parts.installKey(decodeURIComponent(kid));
  const status = pem === undefined ? 404 : 200;
  const type = pem === undefined ? 'text/plain' : 'application/x-pem-file';
  response.writeHead(status, { 'content-type': type }).end(pem ?? 'Not found');
}

async function runtime(
  parts: GatewayParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
): Promise<void> {
  const body = await readBytes(request, BODY_LIMIT);
  const { headers } = request;
  const record = parts.records.find(bearerToken(String(headers['forge-proxy-authorization'])));
  if (record === undefined) {
    sendAnswer(response, { status: 401, body: { code: 'INVOCATION_ENDED' } });
    return;
  }
  const answer = await runtimeRoute(parts, record, {
    method: request.method ?? 'GET',
    route: url,
    target: String(headers['forge-proxy-target'] ?? ''),
    headers: ownHeaders(headers),
    body,
  });
  const bytes = Buffer.from(answer.body ?? '');
  const trace = String(headers['x-b3-traceid'] ?? '');
  response
    .writeHead(answer.status, {
      ...answer.headers,
      'x-b3-traceid': trace,
      'content-length': String(bytes.length),
    })
    .end(bytes);
}
