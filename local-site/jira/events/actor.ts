import type { Caller } from '../../types.ts';
import { APP_ACCOUNT_ID } from '../users.ts';

/** Account id of whoever did it; undefined when the site itself did. */
export function actorOf(caller: Caller | undefined): string | undefined {
  if (caller === undefined) return undefined;
  return caller.kind === 'app' ? APP_ACCOUNT_ID : caller.accountId;
}

/** What every Forge event of Jira says about its cause [Forge docs, Jira events]. */
export function eventBase(
  eventType: string,
  caller: Caller | undefined,
  at: number,
): Record<string, unknown> {
  const accountId = actorOf(caller);
  return {
    eventType,
    selfGenerated: caller?.kind === 'app',
    timestamp: String(at),
    ...(accountId === undefined
      ? {}
      : { atlassianId: accountId, associatedUsers: [{ accountId }] }),
  };
}
