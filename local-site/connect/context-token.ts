import type { ModuleContext, Site } from '../types.ts';
import type { Installation } from './installation.ts';
import { signWithSecret } from './signing.ts';

/** How long a context JWT lives, in seconds [Connect documentation: 15 minutes]. */
const CONTEXT_TOKEN_LIFE_S = 900;

/**
 * A context JWT as `AP.context.getToken` gives it: the fixed `qsh` and the context of the page, so that it is good for
 * any URL of the app but for one issue only. `now` is epoch milliseconds.
 */
export function contextToken(
  site: Site,
  installation: Installation,
  context: ModuleContext,
  now: number,
): string {
  const { accountId, issue, project } = context;
  const iat = Math.floor(now / 1000);
  return signWithSecret(
    {
      iss: site.clientKey,
      sub: accountId,
      iat,
      exp: iat + CONTEXT_TOKEN_LIFE_S,
      qsh: 'context-qsh',
      context: {
        license: { active: (site.licence ?? 'active') === 'active' },
        url: { displayUrl: site.baseUrl },
        jira: {
          ...(issue === undefined ? {} : { issue: { id: issue.id, key: issue.key } }),
          ...(project === undefined ? {} : { project: { id: project.id, key: project.key } }),
        },
      },
    },
    installation.sharedSecret,
  );
}
