import { Router } from 'express';
import { z } from 'zod';
import { forgetIssue } from '../../checklist/index.ts';
import type { ChecklistStore, Supplies } from '../../checklist/index.ts';
import { RemoteError } from '../errors/remote-error.ts';
import { route } from '../http/route.ts';
import type { Logger } from '../logging/create-logger.ts';
import { queryHashesOf } from './query-hash.ts';
import { tokenOf } from './token.ts';
import type { ConnectVerifier } from './verify-connect-token.ts';

/** What the webhooks stand on. */
export interface WebhookParts {
  readonly verify: ConnectVerifier;
  readonly storeOf: (tenant: string) => ChecklistStore;
  readonly supplies: Supplies;
  readonly baseUrl: string;
  readonly logger: Logger;
}

const issueDeleted = z.looseObject({
  issue: z.looseObject({ id: z.union([z.string().min(1), z.number().int()]).transform(String) }),
});

/**
 * `jira:issue_deleted`. Stands before the library's own webhook routes, which answer 204 before an asynchronous handler has
 * done anything: here the write comes first, and a failure is an error the site can repeat. Repeating it changes nothing.
 */
export function createWebhookRouter(parts: WebhookParts): Router {
  const router = Router();
  router.post(
    '/webhooks/issue-deleted',
    route(async (req, res) => {
      const hashes = queryHashesOf(req, parts.baseUrl);
      const { tenant } = await parts.verify(tokenOf(req), { for: 'request', hashes });
      const body = issueDeleted.safeParse(req.body);
      if (!body.success) {
        throw new RemoteError('malformed', 'The webhook names no issue.', { field: 'issue.id' });
      }
      const store = parts.storeOf(tenant.clientKey);
      const lists = await forgetIssue(store, body.data.issue.id, parts.supplies);
      parts.logger.info({ event: 'issue_forgotten', tenant: tenant.clientKey, lists });
      res.status(204).end();
    }),
  );
  return router;
}
