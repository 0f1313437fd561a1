import type { RequestHandler } from 'express';
import { setCaller } from '../http/caller.ts';
import { guard } from '../http/route.ts';
import { pageContextOf } from './context-claim.ts';
import { tokenOf } from './token.ts';
import type { ConnectVerifier } from './verify-connect-token.ts';

/** Lets a page's script through and says who it is. The API's only door. */
export function requireContext(verify: ConnectVerifier): RequestHandler {
  return guard(async (req, res) => {
    const { tenant, claims } = await verify(tokenOf(req), { for: 'context' });
    const page = pageContextOf(claims.context);
    setCaller(res, {
      tenant: tenant.clientKey,
      accountId: page.accountId ?? claims.sub ?? null,
      issueId: page.issueId,
      projectId: page.projectId,
    });
  });
}
