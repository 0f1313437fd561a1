import { createServer } from 'node:http';
import { buildFixture } from '../functions/fixture/build-fixture.ts';
import type { LocalSite } from '../local-site.ts';
import type { LocalSiteOptions } from '../options.ts';
import { startLocalSite } from '../start-local-site.ts';
import type { Site } from '../types.ts';
import type { ControlState } from './index.ts';

/** A running local site with the fixture's app on its first site, and its control page as a program sees it. */
export interface TestControl {
  readonly local: LocalSite;
  readonly site: Site;
  /** Address of the control page. */
  readonly url: string;
  /** Requests that the app's remote got, newest last. */
  readonly seen: { readonly path: string; readonly token: string | undefined }[];
  state(): Promise<ControlState>;
  /** Asks a door; gives status, and the message or code of its answer. */
  ask(door: string, body: unknown): Promise<[number, string]>;
  /** Calls a resolver of the fixture as its first user. */
  resolve(key: string, payload?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export async function startTestControl(options: LocalSiteOptions = {}): Promise<TestControl> {
  const seen: TestControl['seen'] = [];
  const remote = createServer((request, response) => {
    const token = request.headers['x-forge-oauth-system'];
    seen.push({ path: request.url ?? '', token: token === undefined ? undefined : String(token) });
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve));
  const address = remote.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const fixture = await buildFixture();
  const local = await startLocalSite({
    appDir: fixture.appDir,
    variables: { REMOTE_BASE_URL: `http://localhost:${port}`, GREETING: 'hello' },
    ports: { site: 0, platform: 0, customUi: 0 },
    ...options,
  });
  const site = [...local.sites.values()][0];
  if (site === undefined) throw new Error('The local site has no site.');
  await local.upgradeInPlace(site);
  const url = `${local.urls.site}/_local/control`;
  return {
    ...{ local, site, url, seen },
    state: async () => (await (await fetch(`${url}/state`)).json()) as ControlState,
    ask: async (door, body) => {
      const response = await fetch(`${url}/${door}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as { message: string; code?: string };
      return [response.status, answer.code ?? answer.message];
    },
    resolve: (key, payload = {}) => {
      const accountId = site.users[0]?.accountId ?? '';
      const origin = { site, moduleKey: 'admin', moduleType: 'jira:adminPage', accountId };
      return local.platform.invokeResolver(origin, key, payload);
    },
    close: async () => {
      await local.close();
      await new Promise((resolve) => {
        remote.close(resolve);
        remote.closeAllConnections();
      });
      await fixture.remove();
    },
  };
}
