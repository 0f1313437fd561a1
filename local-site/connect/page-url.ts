import { z } from 'zod';
import type { ConnectModule, ModuleContext, Site } from '../types.ts';
import { ConnectHostError } from './connect-host-error.ts';
import type { Installation } from './installation.ts';
import { contextValues, fillPlaceholders } from './placeholders.ts';
import { queryStringHash, signWithSecret } from './signing.ts';

/** How long a page's token lives, in seconds. */
const PAGE_TOKEN_LIFE_S = 180;

/** Pages are named by `url`; issue contents and glances by `target.url`. */
const PageBody = z.object({
  url: z.string().optional(),
  target: z.object({ url: z.string().optional() }).optional(),
});

/** The path of a module's page below the base URL, with placeholders; undefined when it shows none. */
export function pagePath(module: ConnectModule): string | undefined {
  const body = PageBody.safeParse(module.body).data;
  return body?.target?.url ?? body?.url;
}

/**
 * The signed address of a module's page: context parameters filled in, the host's parameters (`xdm_e`, `xdm_c`, `cp`,
 * `lic`, `cv`) and a `jwt` over all of it. `now` is epoch milliseconds.
 *
 * @throws {ConnectHostError} `MODULE_HAS_NO_PAGE`
 */
export function pageUrl(
  site: Site,
  installation: Installation,
  module: ConnectModule,
  context: ModuleContext,
  now: number,
): string {
  const template = pagePath(module);
  if (template === undefined) {
    throw new ConnectHostError('MODULE_HAS_NO_PAGE', `Module ${module.key} has no url.`);
  }
  const { app, sharedSecret } = installation;
  const path = relativeTo(app.baseUrl, fillPlaceholders(template, contextValues(context)));
  const host = new URL(site.baseUrl);
  const parameters = new URLSearchParams({
    xdm_e: host.origin,
    xdm_c: `channel-${app.key}__${module.key}`,
    cp: host.pathname === '/' ? '' : host.pathname,
    xdm_deprecated_addon_key_do_not_use: app.key,
    lic: (site.licence ?? 'active') === 'active' ? 'active' : 'none',
    cv: '1001.0.0-SNAPSHOT',
  });
  const full = `${path}${path.includes('?') ? '&' : '?'}${parameters.toString()}`;
  const iat = Math.floor(now / 1000);
  const jwt = signWithSecret(
    {
      iss: site.clientKey,
      sub: context.accountId,
      iat,
      exp: iat + PAGE_TOKEN_LIFE_S,
      qsh: queryStringHash('GET', full),
      context: {},
    },
    sharedSecret,
  );
  return `${app.baseUrl}${full}&jwt=${jwt}`;
}

/** Module URLs are paths below the base URL; an absolute one may repeat it. */
function relativeTo(baseUrl: string, url: string): string {
  const path = url.startsWith(baseUrl) ? url.slice(baseUrl.length) : url;
  return path.startsWith('/') ? path : `/${path}`;
}
