import { Router } from 'express';
import type { Pool } from 'pg';
import type { SiteClient } from '../connect/site-client.ts';
import type { Database } from '../database/create-database.ts';
import { callerOf } from '../http/caller.ts';
import { route } from '../http/route.ts';
import type { LinkStore } from '../link/link-store.ts';
import { exportTenant } from './export-tenant.ts';
import { readUpgrade } from './read-upgrade.ts';
import { requireAdmin } from './require-admin.ts';
import { sendExport } from './send-export.ts';

/** What the pages about the move stand on. */
export interface UpgradeParts {
  readonly pool: Pool;
  readonly db: Database;
  readonly links: Pick<LinkStore, 'statusOf'>;
  readonly site: SiteClient;
  readonly now: () => Date;
}

/** Where the move stands, and the download of everything. The download is for administrators. */
export function createUpgradeRouter(parts: UpgradeParts): Router {
  const router = Router();
  router.get(
    '/upgrade',
    route(async (_req, res) => {
      res.json(await readUpgrade(parts.pool, parts.links, callerOf(res).tenant));
    }),
  );
  router.get(
    '/export',
    route(async (_req, res) => {
      await requireAdmin(res, parts.site);
      const { tenant } = callerOf(res);
      const pieces = exportTenant(parts.db, parts.pool, tenant, parts.now());
      await sendExport(res, pieces, 'tally-export.json');
    }),
  );
  return router;
}
