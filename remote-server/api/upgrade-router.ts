import { Router } from 'express';
import type { Pool } from 'pg';
import type { SiteClient } from '../connect/site-client.ts';
import { callerOf } from '../http/caller.ts';
import { route } from '../http/route.ts';
import type { LinkStore } from '../link/link-store.ts';
import { readUpgrade } from './read-upgrade.ts';
import { requireAdmin } from './require-admin.ts';
import { sendExport } from './send-export.ts';

/** What the pages about the move stand on. */
export interface UpgradeParts {
  readonly pool: Pool;
  /** Everything a tenant has stored, in pieces; see `exportTenant`. */
  readonly exportOf: (tenant: string) => AsyncGenerator<string>;
  readonly links: Pick<LinkStore, 'statusOf'>;
  readonly site: SiteClient;
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
      await sendExport(res, parts.exportOf(callerOf(res).tenant), 'tally-export.json');
    }),
  );
  return router;
}
