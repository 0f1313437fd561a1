import type { UnmodelledRegister } from '../types.ts';
import type { RouteAnswer, RouteRequest } from './route.ts';

const CAPABILITY = /^\/fpp\/as\/app\/provider\/atlassian\/capability\/([\w-]+)$/;
const SERVICE = /^\/fcc\/service\/([^/]+)$/;
const PRODUCT = /^\/fpp\/provider\/(?:app|user|none)\/remote\/([\w-]+)/;
const UNKNOWN = /^\/unmodelled\/([^/]+)$/;
const CONTEXT = /^\/fpp\/provider\/(?:app|user|none)\/contextAri\//;

const CAPABILITIES: Readonly<Record<string, string>> = {
  kvs: 'key-value storage',
  sql: 'Forge SQL',
  os: 'object store',
  realtime: 'realtime',
};

/**
 * Refuses what a function asked of the platform, under the name that the app's developer knows it by. `forge-proxy-error` makes
 * `@forge/api` throw instead of handing a 501 on, so that a caller who never looks at a status notices too; the storage SDK
 * reads the code of the body.
 */
export function unmodelledRoute(register: UnmodelledRegister, request: RouteRequest): RouteAnswer {
  const { status, body } = register.refuse('Forge runtime', nameOf(request), {
    ...request.headers,
    'forge-proxy-target': pathOf(request.target),
  });
  return {
    status,
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      'forge-proxy-error': 'NOT_MODELLED',
    },
    body: JSON.stringify(body),
  };
}

function nameOf(request: RouteRequest): string {
  const { route, target, method } = request;
  const path = pathOf(target);
  const capability = CAPABILITY.exec(route)?.[1];
  if (capability !== undefined)
    return `${CAPABILITIES[capability] ?? capability} ${method} ${path}`;
  const service = SERVICE.exec(route)?.[1];
  if (service !== undefined) {
    return `containers, invokeService '${decodeURIComponent(service)}' ${method} ${path}`;
  }
  if (route === '/emails') return 'emails, sendEmail';
  const kind = UNKNOWN.exec(route)?.[1];
  if (kind !== undefined) return `${kind === 'llm' ? 'LLM' : `target '${kind}'`} ${method} ${path}`;
  if (route.startsWith('/tpp/')) return `external authentication ${method} ${path}`;
  if (CONTEXT.test(route)) return `withContext ${method} ${path}`;
  const product = PRODUCT.exec(route)?.[1];
  if (product === 'stargate') return stargate(request, path);
  if (product !== undefined) return `product ${product} ${method} ${path}`;
  return `${method} ${route} ${path}`;
}

/** Atlassian's gateway: GraphQL by the name of its operation, everything else by its path. */
function stargate({ method, body }: RouteRequest, path: string): string {
  if (path === '/forge/events/v1/app-events') return 'app events, appEvents.publish';
  if (path.startsWith('/connected-data/')) return `connected data ${method} ${path}`;
  if (!path.startsWith('/graphql')) return `api.atlassian.com ${method} ${path}`;
  const operation = /\b(query|mutation)\s+(\w+)|\{\s*(\w+)/.exec(body.toString('utf8'));
  const name = operation?.[2] ?? operation?.[3];
  return name === undefined ? `GraphQL ${path}` : `GraphQL ${path} ${name}`;
}

/** A target without its query, so that the register does not grow with every value. */
function pathOf(target: string): string {
  return target.split('?')[0] ?? target;
}
