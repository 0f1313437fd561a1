import { Router } from 'express';
import type { Pool } from 'pg';
import { RECORD_GROUP } from '../../checklist/records/index.ts';
import { callerOf } from '../http/caller.ts';
import { route } from '../http/route.ts';

/** `GET /panel`: whether the tenant's move has ended, so that the page points to the panel on Forge. */
export function createPanelRouter({ pool }: { readonly pool: Pool }): Router {
  const router = Router();
  router.get(
    '/panel',
    route(async (_req, res) => {
      const found = await pool.query<{ replaced: boolean }>(
        `select stage = 'final' as replaced from mig_tenant where tenant = $1 and grp = $2`,
        [callerOf(res).tenant, RECORD_GROUP],
      );
      res.json({ replaced: found.rows[0]?.replaced === true });
    }),
  );
  return router;
}
