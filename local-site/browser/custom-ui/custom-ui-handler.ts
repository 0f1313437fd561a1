import { readText, sendAnswer } from '../../server.ts';
import type { Handler } from '../../server.ts';
import type { DeployedApp, Site } from '../../types.ts';
import { sendText } from '../http/replies.ts';
import { scriptSource } from '../site/script-source.ts';
import { cspDirectives } from './csp.ts';
import { injectBridge } from './inject-bridge.ts';
import { readResourceFile } from './resource-file.ts';

const REPORT_LIMIT = 100_000;

export interface CustomUiParts {
  /** Origin of the sites, which the frames talk to. */
  readonly siteUrl: string;
  readonly sites: ReadonlyMap<string, Site>;
  /** The version that a site runs. */
  readonly appOn: (site: Site) => DeployedApp | undefined;
  readonly onCspReport: (report: string) => void;
}

/**
 * The origin of the app's Custom UI: `/<site>/<resource key>/…` out of the folders that the manifest of the site's version
 * names. Pages get the bridge and the content security policy. It has no doors into Jira: a frame reaches the site through
 * the bridge only.
 */
export function createCustomUiHandler(parts: CustomUiParts): Handler {
  const { siteUrl, sites, appOn, onCspReport } = parts;
  // The only line that differs from installation to installation: whom the frame talks to.
  const bridge = `globalThis.__localSiteHost = ${JSON.stringify(siteUrl)};\n${scriptSource('frame/global-bridge.ts')}`;
  const siteHost = new URL(siteUrl).host;

  return async (request, response) => {
    const path = decoded((request.url ?? '/').split('?')[0] ?? '/');
    if (path === '/csp-report') {
      onCspReport(await readText(request, REPORT_LIMIT));
      sendAnswer(response, { status: 204 });
      return;
    }
    if (path === '/global-bridge.js') {
      sendText(response, 'text/javascript;charset=UTF-8', bridge);
      return;
    }
    const [, slug = '', key = '', ...rest] = path.split('/');
    const site = sites.get(slug);
    const app = site === undefined ? undefined : appOn(site);
    const folder = app?.resources?.find((resource) => resource.key === key)?.folder;
    const file = folder === undefined ? undefined : await readResourceFile(folder, rest.join('/'));
    if (app === undefined || file === undefined) {
      sendAnswer(response, { status: 404 });
      return;
    }
    if (!file.isPage) {
      sendText(response, file.type, file.bytes);
      return;
    }
    const page = file.bytes.toString('utf8');
    const directives = cspDirectives({
      siteHost,
      content: app.contentPermissions ?? {},
      external: app.externalPermissions ?? {},
      page,
      reportUri: '/csp-report',
    });
    sendText(response, file.type, injectBridge(page), {
      'content-security-policy': directives.join('; '),
    });
  };
}

/** A path that cannot be decoded names no file. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
