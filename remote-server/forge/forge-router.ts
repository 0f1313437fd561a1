import { Router } from 'express';
import type { RequestHandler } from 'express';
import type { Pool } from 'pg';
import { readUpgrade } from '../api/read-upgrade.ts';
import { sendExport } from '../api/send-export.ts';
import { callerOf } from '../http/caller.ts';
import { route } from '../http/route.ts';
import type { LinkKeeper } from '../link/link-keeper.ts';
import type { LinkStore } from '../link/link-store.ts';
import { CONFLICT_SENTENCE } from '../link/resolve-link.ts';
import type { LinkResult } from '../link/resolve-link.ts';
import type { Logger } from '../logging/create-logger.ts';
import { createKnownRouter } from './known-router.ts';
import { refusePages, requireFunctionCaller } from './require-function.ts';
import { invocationOf, systemTokenOf } from './require-linked.ts';
import { createWrittenRouter, type WrittenParts } from './written-router.ts';

/** What the routes that Forge calls stand on. */
export interface ForgeParts {
  /** The JSON API, the same as for pages of Connect. */
  readonly api: RequestHandler;
  readonly written: WrittenParts;
  readonly invocation: RequestHandler;
  readonly linked: RequestHandler;
  readonly keeper: LinkKeeper;
  readonly store: LinkStore;
  readonly pool: Pool;
  readonly exportOf: (tenant: string) => AsyncGenerator<string>;
  readonly logger: Logger;
}

/**
 * Routes of the Forge remote. `tick`, `lifecycle` and `uninstall` work for an installation that is not linked, for they are
 * where linking happens, and touch no tenant's data. Behind `linked` stands everything else. Pages are refused everywhere.
 */
export function createForgeRouter(parts: ForgeParts): Router {
  const router = Router();
  router.use(parts.invocation, refusePages());

  const link = route(async (req, res) => {
    const token = systemTokenOf(req.headers['x-forge-oauth-system']);
    const result = await parts.keeper.gather(invocationOf(res), token);
    res.json({ link: answerOf(result) });
  });
  router.post('/tick', link);
  router.post('/lifecycle', link);

  router.post(
    '/uninstall',
    route(async (_req, res) => {
      const { installationId } = invocationOf(res);
      const link = await parts.keeper.linkOf(installationId);
      await parts.store.endInstallation(installationId);
      parts.logger.info({ event: 'forge_uninstall', installationId, tenant: link?.tenant });
      res.json({ ended: true });
    }),
  );

  router.use(parts.linked);
  router.use('/api', requireFunctionCaller(), parts.api);
  router.use('/known', requireFunctionCaller());
  router.use(createKnownRouter(parts.pool));
  router.use(createWrittenRouter(parts.written));
  router.get(
    '/upgrade',
    route(async (_req, res) => {
      res.json(await readUpgrade(parts.pool, parts.store, callerOf(res).tenant));
    }),
  );
  router.get(
    '/export',
    route(async (_req, res) => {
      await sendExport(res, parts.exportOf(callerOf(res).tenant), 'tally-export.json');
    }),
  );
  return router;
}

function answerOf(result: LinkResult) {
  return {
    state: result.state,
    channels: result.channels,
    reason: result.state === 'conflict' ? CONFLICT_SENTENCE[result.reason] : null,
  };
}
