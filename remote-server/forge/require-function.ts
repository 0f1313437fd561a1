import type { RequestHandler } from 'express';
import { CALLER_HEADER, parseCaller } from '../../checklist/index.ts';
import { RemoteError } from '../errors/remote-error.ts';
import { callerOf, setCaller } from '../http/caller.ts';
import { guard } from '../http/route.ts';
import { invocationOf } from './require-linked.ts';

/**
 * Refuses what a page sends by itself. A frame of the app can call every route of the server with a token that Forge signs,
 * as whoever looks at it; only our functions have asked Jira first what that person may do. Stands after
 * `requireInvocation`.
 */
export function refusePages(): RequestHandler {
  return guard((_req, res) => {
    if (!invocationOf(res).isFromPage) return;
    throw new RemoteError('forbidden', 'Pages do not call this by themselves.', {
      next: 'Invoke the function instead.',
    });
  });
}

/** Takes the person and the issue from a function's header. Stands after `refusePages` and `requireLinked`. */
export function requireFunctionCaller(): RequestHandler {
  return guard((req, res) => {
    const caller = parseCaller(req.headers[CALLER_HEADER]);
    if (caller === undefined) {
      throw new RemoteError('malformed', 'The function does not say who asks.', {
        field: CALLER_HEADER,
      });
    }
    setCaller(res, { tenant: callerOf(res).tenant, ...caller });
  });
}
