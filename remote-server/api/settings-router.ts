import { Router } from 'express';
import type { Response } from 'express';
import {
  notFound,
  parseRequest,
  putSetting,
  readSetting,
  requests,
  settingScopeSchema,
} from '../../checklist/index.ts';
import type { SiteClient } from '../connect/site-client.ts';
import { RemoteError } from '../errors/remote-error.ts';
import { callerOf } from '../http/caller.ts';
import { route } from '../http/route.ts';
import type { ApiParts } from './api-parts.ts';
import { requireAdmin } from './require-admin.ts';

/** Settings of the site and of projects. Everybody reads the site's and their project's; administrators write. */
export function createSettingsRouter(parts: ApiParts & { readonly site: SiteClient }): Router {
  const router = Router();

  router.get(
    '/settings',
    route(async (req, res) => {
      const scope = parseRequest(settingScopeSchema, req.query['scope'] ?? 'site');
      if (scope !== 'site' && scope !== ownScope(res)) {
        await requireAdmin(res, parts.site).catch((error: unknown) => {
          throw isForbidden(error) ? notFound('setting') : error;
        });
      }
      res.json(await readSetting(parts.storeFor(res), scope));
    }),
  );

  router.put(
    '/settings',
    route(async (req, res) => {
      const body = parseRequest(requests.putSetting, req.body);
      await requireAdmin(res, parts.site);
      const { accountId } = callerOf(res);
      res.json(await putSetting(parts.storeFor(res), accountId, body, parts.supplies));
    }),
  );

  return router;
}

function ownScope(res: Response): string {
  return `project-${callerOf(res).projectId ?? ''}`;
}

function isForbidden(error: unknown): boolean {
  return error instanceof RemoteError && error.code === 'forbidden';
}
