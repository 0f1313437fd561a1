import type { Response } from 'express';
import { z } from 'zod';
import type { SiteClient } from '../connect/site-client.ts';
import { RemoteError } from '../errors/remote-error.ts';
import { callerOf } from '../http/caller.ts';

const answer = z.object({ globalPermissions: z.array(z.string()) });

/** Resolves when Jira says that the caller administers it. No token says so, so Jira is asked every time. */
export async function requireAdmin(res: Response, site: SiteClient): Promise<void> {
  const { tenant, accountId } = callerOf(res);
  if (accountId !== null) {
    const { status, body } = await site.call(tenant, 'POST', '/rest/api/3/permissions/check', {
      accountId,
      globalPermissions: ['ADMINISTER'],
    });
    const parsed = answer.safeParse(body);
    if (status !== 200 || !parsed.success) {
      throw new RemoteError('site_unavailable', 'Jira did not say what you may do.', {
        next: 'Try again in a minute.',
        cause: new Error(`permissions/check answered ${status}`),
      });
    }
    if (parsed.data.globalPermissions.includes('ADMINISTER')) return;
  }
  throw new RemoteError('forbidden', 'Only Jira administrators may do this.', {
    next: 'Ask an administrator of your site.',
  });
}
