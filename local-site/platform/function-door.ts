import { bearerToken, readText, sendAnswer } from '../server.ts';
import type { Handler } from '../server.ts';
import type { InvocationRecords } from './invocation-records.ts';
import { WebTriggers } from './web-triggers.ts';

export interface FunctionDoorParts {
  readonly records: InvocationRecords;
  readonly webTriggers: WebTriggers;
}

const GRAPHQL = '/fpp/provider/app/remote/stargate';
const GRAPHQL_LIMIT = 1024 * 1024;

/**
 * Stands before the gateway and takes what has to do with web triggers: calls of their addresses, which carry no token, and
 * what functions ask about them over GraphQL.
 */
export function functionDoor(parts: FunctionDoorParts, gateway: Handler): Handler {
  const { records, webTriggers } = parts;
  return async (request, response) => {
    const { url = '/', headers } = request;
    if (WebTriggers.owns(url)) return webTriggers.serve(request, response);
    const proxy = headers['forge-proxy-authorization'];
    const record = records.find(bearerToken(proxy === undefined ? undefined : String(proxy)));
    if (record === undefined) return gateway(request, response);
    if (url === GRAPHQL && headers['forge-proxy-target'] === '/graphql') {
      const body = await readText(request, GRAPHQL_LIMIT);
      sendAnswer(response, webTriggers.graphql.answer(record, body));
      return;
    }
    return gateway(request, response);
  };
}
