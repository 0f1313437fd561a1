import { Router } from 'express';
import type { Background } from '../http/background.ts';
import { route } from '../http/route.ts';
import type { LinkKeeper } from '../link/link-keeper.ts';
import type { Logger } from '../logging/create-logger.ts';
import type { Ace } from './ace.ts';
import { queryHashesOf } from './query-hash.ts';
import { siteUrlOf } from './tenant.ts';
import { tokenOf } from './token.ts';
import type { ConnectVerifier } from './verify-connect-token.ts';
import type { InstallVerifier } from './verify-install.ts';

/** What the lifecycle callbacks stand on. */
export interface LifecycleParts {
  readonly verifyInstall: InstallVerifier;
  readonly verifyRequest: ConnectVerifier;
  readonly settings: Pick<Ace['settings'], 'saveInstallation' | 'del'>;
  readonly links: Pick<LinkKeeper, 'installed'>;
  readonly background: Background;
  readonly baseUrl: string;
  readonly logger: Logger;
}

/**
 * `installed` and `uninstalled`, signed by Atlassian, `enabled` and `disabled`, signed by the site. Writes first, answers after.
 * The library's own handler after `installed` is not used: it answers a failed write itself, with the error's text.
 */
export function createLifecycleRouter(parts: LifecycleParts): Router {
  const router = Router();

  router.post(
    '/installed',
    route(async (req, res) => {
      const tenant = await parts.verifyInstall.installed(req);
      await parts.settings.saveInstallation(tenant, tenant.clientKey);
      parts.logger.info({ event: 'installed', tenant: tenant.clientKey });
      res.status(204).end();
      const { clientKey, installationId } = tenant;
      parts.background.run('link_not_judged', async () => {
        await parts.links.installed({ clientKey, installationId, siteUrl: siteUrlOf(tenant) });
      });
    }),
  );

  router.post(
    '/uninstalled',
    route(async (req, res) => {
      const clientKey = await parts.verifyInstall.uninstalled(req);
      await parts.settings.del(clientKey);
      parts.logger.info({ event: 'uninstalled', tenant: clientKey });
      res.status(204).end();
    }),
  );

  for (const event of ['enabled', 'disabled']) {
    router.post(
      `/${event}`,
      route(async (req, res) => {
        const hashes = queryHashesOf(req, parts.baseUrl);
        const { tenant } = await parts.verifyRequest(tokenOf(req), { for: 'request', hashes });
        parts.logger.info({ event, tenant: tenant.clientKey });
        res.status(204).end();
      }),
    );
  }
  return router;
}
