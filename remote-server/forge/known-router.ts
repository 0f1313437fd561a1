import { Router } from 'express';
import type { Pool } from 'pg';
import type { KnownRecords } from '../../checklist/index.ts';
import { callerOf } from '../http/caller.ts';
import { route } from '../http/route.ts';
import { createKnownKeys } from '../store/known-keys.ts';

/** The most ids of each kind: a function reads every one of them. */
const MOST = 120;

/**
 * `GET /forge/known`: ids of lists of the caller's issue, and of templates of its project, that Postgres' copy or the history
 * knows of. A hint for a function whose queries lag: they prove nothing, and what is not here may exist.
 */
export function createKnownRouter(pool: Pool): Router {
  const router = Router();
  router.get(
    '/known',
    route(async (_req, res) => {
      const { tenant, issueId = '', projectId = '' } = callerOf(res);
      const known = createKnownKeys(pool, tenant);
      const [lists, templates] = await Promise.all([
        known.listIds(issueId),
        known.templateIds(projectId),
      ]);
      const answer: KnownRecords = {
        listIds: lists.slice(0, MOST),
        templateIds: templates.slice(0, MOST),
      };
      res.json(answer);
    }),
  );
  return router;
}
