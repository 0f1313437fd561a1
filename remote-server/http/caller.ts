import type { Response } from 'express';
import { RemoteError } from '../errors/remote-error.ts';

/** Who calls, as a verified token says. Every handler takes the tenant from here and from nowhere else. */
export interface Caller {
  /** The Connect client key. */
  readonly tenant: string;
  /** Atlassian account id; null when nobody is signed in. */
  readonly accountId: string | null;
  /** The issue and project the page stands on, when it stands on one. */
  readonly issueId: string | undefined;
  readonly projectId: string | undefined;
}

/** Puts the caller where the handlers of this request find it. */
export function setCaller(res: Response, caller: Caller): void {
  res.locals['caller'] = caller;
}

/** The caller that a guard has set. Throws when no guard ran: a route without one must not work by accident. */
export function callerOf(res: Response): Caller {
  const caller = res.locals['caller'] as Caller | undefined;
  if (caller === undefined || caller.tenant === '') {
    throw new RemoteError('unauthenticated', 'The request names no tenant.');
  }
  return caller;
}
