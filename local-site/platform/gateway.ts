import type { IncomingMessage, ServerResponse } from 'node:http';
import { NO_FAULTS } from '../faults/index.ts';
import { bearerToken, readBytes, readText, sendAnswer } from '../server.ts';
import type { Handler } from '../server.ts';
import type { SigningKey } from '../tokens/index.ts';
import type { Answer, FaultOrder } from '../types.ts';
import type { Installation } from './installations.ts';
import type { InvocationRecords } from './invocation-records.ts';
import { callJira, jiraCallText } from './product-route.ts';
import { jiraRefusal, storageRefusal } from './refusals.ts';
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
      const what = `${request.method ?? 'GET'} ${pathOf(url)}`;
      sendAnswer(response, parts.register.refuse('api.atlassian.com', what, request.headers));
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
  const perform = async (order: FaultOrder): Promise<Answer> => {
    const installation = authenticated(parts, request, order);
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
    return parts.store.handle(installation.id, operation, body, 'rest');
  };
  const slug = authenticated(parts, request)?.site.slug ?? 'unknown';
  const { faults = NO_FAULTS } = parts;
  return faults.pass('storage.rest', `${slug} ${operation}`, perform, (status) =>
    storageRefusal(operation, status),
  );
}

async function product(
  parts: GatewayParts,
  request: IncomingMessage,
  url: string,
): Promise<Answer> {
  const body = await readText(request, BODY_LIMIT);
  const { method = 'GET', headers } = request;
  const [, cloudId, path] = JIRA.exec(url) ?? [];
  if (cloudId === undefined || path === undefined) {
    return parts.register.refuse('api.atlassian.com', `${method} ${pathOf(url)}`, headers);
  }
  const perform = async (order: FaultOrder): Promise<Answer> => {
    const installation = authenticated(parts, request, order);
    if (installation === undefined) return UNAUTHORIZED;
    if (installation.site.cloudId !== cloudId) {
      return { status: 404, body: { code: 404, message: 'No such site for this token.' } };
    }
    const caller = { kind: 'app', via: 'forge' } as const;
    return callJira(parts, installation, caller, method, path, body === '' ? undefined : body);
  };
  const what = jiraCallText(authenticated(parts, request), method, path);
  return (parts.faults ?? NO_FAULTS).pass('jira.app', what, perform, jiraRefusal);
}

const UNAUTHORIZED: Answer = {
  status: 401,
  body: { code: 'UNAUTHORIZED', message: 'Unauthorized' },
};

/** The installation of the request's system token. A fault may end the token just before it is looked at. */
function authenticated(
  parts: GatewayParts,
  request: IncomingMessage,
  order: FaultOrder = {},
): Installation | undefined {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) return undefined;
  if (order.expireToken === true) parts.tokens.expire(token);
  return parts.installationOfToken(token);
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? url;
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
