import type { RequestHandler, Response } from 'express';
import { RemoteError } from '../errors/remote-error.ts';
import { setCaller } from '../http/caller.ts';
import { guard } from '../http/route.ts';
import type { LinkKeeper } from '../link/link-keeper.ts';
import { CONFLICT_SENTENCE } from '../link/resolve-link.ts';
import type { Invocation } from './invocation-token.ts';
import type { SystemTokens } from './system-tokens.ts';
import type { InvocationVerifier } from './verify-invocation.ts';

/** Lets verified calls of Forge through, linked or not, and takes note of the system token if one came along. */
export function requireInvocation(
  verify: InvocationVerifier,
  tokens: Pick<SystemTokens, 'offer'>,
): RequestHandler {
  return guard(async (req, res) => {
    const invocation = await verify(req.headers.authorization);
    res.locals['invocation'] = invocation;
    const token = systemTokenOf(req.headers['x-forge-oauth-system']);
    const { installationId, apiBaseUrl } = invocation;
    if (token !== undefined && apiBaseUrl !== undefined) {
      tokens.offer({ installationId, token, apiBaseUrl });
    }
  });
}

/**
 * Stands after `requireInvocation` and before every handler that touches a tenant's data: an installation without a link, or
 * with one that the call contradicts, gets no further. atlassian-connect-express lets it through with an empty tenant.
 */
export function requireLinked(links: Pick<LinkKeeper, 'linkOf' | 'heard'>): RequestHandler {
  return guard(async (_req, res) => {
    const invocation = invocationOf(res);
    let link = await links.linkOf(invocation.installationId);
    const agrees = (cloudId: string): boolean =>
      invocation.cloudIds.every((each) => each === cloudId);
    if (link === undefined || !agrees(link.cloudId)) {
      const result = await links.heard(invocation);
      if (result.state === 'conflict') {
        throw new RemoteError('link_conflict', CONFLICT_SENTENCE[result.reason], {
          next: 'The operator has to look at this; nothing is changed meanwhile.',
        });
      }
      if (result.state === 'pending') {
        throw new RemoteError(
          'unlinked_installation',
          'It is not known yet which tenant this installation belongs to.',
          { next: 'This settles by itself within an hour of the update.' },
        );
      }
      link = { tenant: result.clientKey, cloudId: result.cloudId };
    }
    setCaller(res, {
      tenant: link.tenant,
      accountId: invocation.accountId,
      issueId: undefined,
      projectId: undefined,
    });
  });
}

/** The verified call. Throws when no guard ran. */
export function invocationOf(res: Response): Invocation {
  const invocation = res.locals['invocation'] as Invocation | undefined;
  if (invocation === undefined) throw new Error('No guard verified this call');
  return invocation;
}

/** The system token of a call, when it carries one. */
export function systemTokenOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined;
}
