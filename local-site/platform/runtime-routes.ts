import { NO_FAULTS } from '../faults/index.ts';
import type { Answer, FaultGate, ForgeStore, UnmodelledRegister } from '../types.ts';
import { egressRoute, takeEgress } from './egress-route.ts';
import type { InvocationRecord } from './invocation-records.ts';
import { productRoute } from './product-route.ts';
import type { ProductRouteParts } from './product-route.ts';
import type { AsyncQueue } from './queue.ts';
import { storageRefusal } from './refusals.ts';
import { remoteRoute } from './remote-route.ts';
import type { RemoteRouteParts } from './remote-route.ts';
import type { RouteAnswer, RouteRequest } from './route.ts';
import { unmodelledRoute } from './unmodelled-route.ts';

export interface RuntimeRoutesParts extends ProductRouteParts, RemoteRouteParts {
  readonly store: ForgeStore;
  readonly queue: AsyncQueue;
  readonly register: UnmodelledRegister;
  /** (Default: nothing goes wrong) */
  readonly faults?: FaultGate;
}

const STORAGE = '/fpp/as/app/provider/atlassian/capability/kvs';
const STORAGE_PREFIX = '/api/v1';
const PRODUCT = /^\/fpp\/provider\/(app|user|none)\/remote\/([\w-]+)(?:\/account\/([^/]+))?$/;
const REMOTE = /^\/frc\/remote\/([^/]+)$/;
const QUEUE = /^\/webhook\/queue\/(publish|stats|cancel)\//;

/** Answers what a running function asks of the platform. Whatever is not here answers 501 and is recorded. */
export async function runtimeRoute(
  parts: RuntimeRoutesParts,
  record: InvocationRecord,
  request: RouteRequest,
): Promise<RouteAnswer> {
  const { route, target } = request;
  if (route === STORAGE && target.startsWith(`${STORAGE_PREFIX}/`)) {
    return json(await storage(parts, record, request));
  }
  if (route === '/egress') return egressRoute(record, request);
  const remote = REMOTE.exec(route)?.[1];
  if (remote !== undefined) return remoteRoute(parts, record, decodeURIComponent(remote), request);
  const product = PRODUCT.exec(route);
  const provider = product?.[1] ?? '';
  if (product?.[2] === 'jira') {
    const account = product[3] === undefined ? undefined : decodeURIComponent(product[3]);
    return json(await productRoute(parts, record, provider, account, request));
  }
  if (product?.[2] === 'stargate' && provider === 'app') {
    const verb = QUEUE.exec(target)?.[1];
    if (verb !== undefined) return json(queue(parts, record, verb, request.body.toString('utf8')));
  }
  return unmodelledRoute(parts.register, request);
}

async function storage(
  { store, switches, faults = NO_FAULTS }: RuntimeRoutesParts,
  record: InvocationRecord,
  request: RouteRequest,
): Promise<Answer> {
  const { installation } = record;
  const operation = request.target.slice(STORAGE_PREFIX.length);
  if (switches.egressCountsStorage && !takeEgress(record)) return storageRefusal(operation, 429);
  return faults.pass(
    'storage.function',
    `${installation.site.slug} ${operation}`,
    () => store.handle(installation.id, operation, request.body.toString('utf8'), 'function'),
    (status) => storageRefusal(operation, status),
  );
}

function queue(
  parts: RuntimeRoutesParts,
  record: InvocationRecord,
  verb: string,
  body: string,
): Answer {
  if (verb === 'publish') return parts.queue.push(record, body);
  if (verb === 'stats') return parts.queue.stats(record.installation, body);
  return parts.queue.cancel(record.installation, body);
}

function json(answer: Answer): RouteAnswer {
  const { status, headers, body, text } = answer;
  if (body === undefined) return { status, ...(headers === undefined ? {} : { headers }) };
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body: text ?? JSON.stringify(body),
  };
}
