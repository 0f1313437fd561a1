import type { IncomingMessage, ServerResponse } from 'node:http';
import { readText, sendAnswer } from '../../server.ts';
import type { Answer, Caller } from '../../types.ts';
import { isSameOrigin } from '../http/same-origin.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { jiraOfPages } from './faulty-jira.ts';

const BODY_LIMIT = 1_000_000;
/** Set by the host's half of `AP.request`; real Jira has a header of this name for the same purpose. */
const OF_THE_APP = 'ap-client-key';

/**
 * Jira's REST API over HTTP. With a Connect JWT (header, or `jwt` in the query) the app calls; without one the person
 * of the cookie does, from the site's own pages. A bearer token is for the platform's door, not for this one.
 */
export async function restDoor(
  world: BrowserWorld,
  visit: Visit,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const caller = callerOf(world, visit, request);
  if ('status' in caller) {
    sendAnswer(response, caller);
    return;
  }
  const { site, method } = visit;
  const body = await readText(request, BODY_LIMIT);
  const answer = await jiraOfPages(
    world,
    site,
    caller,
    method,
    withoutToken(visit),
    body === '' ? undefined : body,
  );
  sendAnswer(response, answer);
}

/** The token in the query is how the caller is known; it is no parameter of Jira's. */
function withoutToken({ path, query, pathAndQuery }: Visit): string {
  if (!query.has('jwt')) return pathAndQuery;
  const rest = new URLSearchParams(query);
  rest.delete('jwt');
  return rest.size === 0 ? path : `${path}?${rest.toString()}`;
}

function callerOf(world: BrowserWorld, visit: Visit, request: IncomingMessage): Caller | Answer {
  const { site, method, pathAndQuery, query, user } = visit;
  const token = query.get('jwt');
  const authorization =
    request.headers.authorization ?? (token === null ? undefined : `JWT ${token}`);
  if (authorization !== undefined) {
    const caller = world.connect.callerOfJwt(site, authorization, method, pathAndQuery);
    return caller ?? refusal(401, 'The JWT does not verify for this request.');
  }
  if (method !== 'GET' && !isSameOrigin(request, world.siteUrl)) {
    return refusal(403, 'XSRF check failed');
  }
  // `AP.request` acts as the person, within the scopes of the app.
  const ofTheApp = request.headers[OF_THE_APP] !== undefined;
  return { kind: 'user', accountId: user.accountId, ...(ofTheApp && { via: 'connect' }) };
}

function refusal(status: number, message: string): Answer {
  return { status, body: { errorMessages: [message], errors: {} } };
}
