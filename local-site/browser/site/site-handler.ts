import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendAnswer } from '../../server.ts';
import type { Handler } from '../../server.ts';
import { seeOther, sendText } from '../http/replies.ts';
import { visitOf } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { createAssets } from './assets.ts';
import { localDoor } from './local-door.ts';
import { pagesDoor } from './pages-door.ts';
import { restDoor } from './rest-door.ts';

/** Everything below the sites' origin: static files, Jira's REST API, the scripts' door, pages. */
export function createSiteHandler(world: BrowserWorld): Handler {
  const assetOf = createAssets(world.siteUrl);
  const publicHost = new URL(world.siteUrl).host;

  return async (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const asset = /^\/(?:_local|connect)\//.test(path) && assetOf(path);
    if (asset) {
      sendText(response, asset.type, asset.text, { 'access-control-allow-origin': '*' });
      return;
    }
    if (world.control !== undefined && /^\/_local\/control(\/|$)/.test(path)) {
      return world.control(world, request, response);
    }
    const visit = visitOf(world, request);
    if (visit === undefined) {
      sendAnswer(response, { status: 404 });
      return;
    }
    if (visit.path === '/_edge/tenant_info') {
      sendAnswer(response, { status: 200, body: { cloudId: visit.site.cloudId } });
      return;
    }
    if (visit.path.startsWith('/rest/')) return restDoor(world, visit, request, response);
    if (visit.path.startsWith('/_local/')) return localDoor(world, visit, request, response);
    if (visit.method !== 'GET' && visit.method !== 'HEAD') {
      sendAnswer(response, world.register.refuse('site', `${visit.method} ${visit.path}`));
      return;
    }
    // Frames and cookies know one name of this machine only.
    if (request.headers.host !== publicHost) {
      seeOther(response, world.siteUrl + (request.url ?? '/'));
      return;
    }
    await pagesDoor(world, visit, response);
  };
}
