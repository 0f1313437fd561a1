import { readText, sendAnswer } from '../../server.ts';
import type { Handler } from '../../server.ts';
import { sendText } from '../http/replies.ts';
import type { PagePlatform } from '../options.ts';
import { scriptSource } from '../site/script-source.ts';
import { contentSecurityPolicy } from './csp.ts';
import { injectBridge } from './inject-bridge.ts';
import { readResourceFile } from './resource-file.ts';

const REPORT_LIMIT = 100_000;

/**
 * The origin of the app's Custom UI: `/<resource key>/…` out of the folders that the manifest names. Pages get the
 * bridge and the content security policy. It has no doors into Jira: a frame reaches the site through the bridge only.
 */
export function createCustomUiHandler(
  siteUrl: string,
  platform: Pick<PagePlatform, 'app'>,
  onCspReport: (report: string) => void,
): Handler {
  // The only line that differs from installation to installation: whom the frame talks to.
  const bridge = `globalThis.__localSiteHost = ${JSON.stringify(siteUrl)};\n${scriptSource('frame/global-bridge.ts')}`;

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
    const [, key = '', ...rest] = path.split('/');
    const folder = platform.app?.resources?.find((resource) => resource.key === key)?.folder;
    const file = folder === undefined ? undefined : await readResourceFile(folder, rest.join('/'));
    if (file === undefined) {
      sendAnswer(response, { status: 404 });
      return;
    }
    if (!file.isPage) {
      sendText(response, file.type, file.bytes);
      return;
    }
    sendText(response, file.type, injectBridge(file.bytes.toString('utf8')), {
      'content-security-policy': contentSecurityPolicy(
        siteUrl,
        platform.app?.contentPermissions ?? {},
      ),
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
