import type { IncomingMessage, ServerResponse } from 'node:http';
import { readText, sendAnswer } from '../../server.ts';
import type { Answer, Caller } from '../../types.ts';
import { isSameOrigin } from '../http/same-origin.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';

const BODY_LIMIT = 1_000_000;

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
  const { site, method, pathAndQuery } = visit;
  const body = await readText(request, BODY_LIMIT);
  const answer = await world.jira.rest(
    site,
    caller,
    method,
    pathAndQuery,
    body === '' ? undefined : body,
  );
  sendAnswer(response, answer);
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
  return { kind: 'user', accountId: user.accountId };
}

function refusal(status: number, message: string): Answer {
  return { status, body: { errorMessages: [message], errors: {} } };
}
