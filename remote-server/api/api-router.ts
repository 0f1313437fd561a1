import { Router } from 'express';
import type { ApiParts } from './api-parts.ts';
import { createItemsRouter } from './items-router.ts';
import { createListsRouter } from './lists-router.ts';
import { createPanelRouter } from './panel-router.ts';
import { createSettingsRouter } from './settings-router.ts';
import { createTemplatesRouter } from './templates-router.ts';
import { createUpgradeRouter } from './upgrade-router.ts';
import type { UpgradeParts } from './upgrade-router.ts';

/** The JSON API, to be mounted behind the guard of context tokens. Nothing of it is kept by a browser. */
export function createApiRouter(parts: ApiParts & UpgradeParts): Router {
  const router = Router();
  router.use((_req, res, next) => {
    res.setHeader('cache-control', 'no-store');
    next();
  });
  router.use(createListsRouter(parts));
  router.use(createItemsRouter(parts));
  router.use(createTemplatesRouter(parts));
  router.use(createSettingsRouter(parts));
  router.use(createPanelRouter(parts));
  router.use(createUpgradeRouter(parts));
  return router;
}
