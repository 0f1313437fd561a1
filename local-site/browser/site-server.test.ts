import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQueryStringHash, encodeSymmetric, fromMethodAndUrl } from 'atlassian-jwt';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEMO_USERS } from '../jira/index.ts';
import type { Site } from '../types.ts';
import { deployedApp, emptyPlatform, startTestWorld, TEST_APP_KEY } from './test-world.ts';
import type { TestPlatform, TestWorld } from './test-world.ts';

const [ada, uma, nora] = DEMO_USERS;

describe('the site server', () => {
  let world: TestWorld;
  let platform: TestPlatform;
  let acme: Site;

  beforeEach(async () => {
    platform = emptyPlatform();
    world = await startTestWorld(platform);
    acme = world.addSite('acme', 'Acme');
    await world.connect.install(acme, `${world.app.baseUrl}/atlassian-connect.json`);
  });
  afterEach(() => world.close());

  const as = (user: { accountId: string } | undefined, site = world.site): RequestInit => ({
    redirect: 'manual',
    headers: { cookie: `local_user_${site.slug}=${encodeURIComponent(user?.accountId ?? '')}` },
  });
  const page = async (url: string, init: RequestInit = as(ada)): Promise<string> =>
    (await fetch(url, init)).text();
  /** The shared secret that the app was given for a site. */
  const secretOf = (site: Site): string => {
    const bodies = world.app.received
      .filter(({ url }) => url === '/installed')
      .map(({ body }) => JSON.parse(body) as { clientKey: string; sharedSecret: string });
    return bodies.find(({ clientKey }) => clientKey === site.clientKey)!.sharedSecret;
  };
  const jwt = (site: Site, method: string, path: string): string => {
    const iat = Math.floor(Date.now() / 1000);
    const qsh = createQueryStringHash(fromMethodAndUrl(method, path), false, site.baseUrl);
    return encodeSymmetric({ iss: TEST_APP_KEY, iat, exp: iat + 180, qsh }, secretOf(site));
  };

  it('keeps the sites apart by their paths', async () => {
    const tenant = (site: Site): Promise<unknown> =>
      fetch(`${site.baseUrl}/_edge/tenant_info`).then((response) => response.json());
    expect(await tenant(world.site)).toEqual({ cloudId: 'cloud-demo' });
    expect(await tenant(acme)).toEqual({ cloudId: 'cloud-acme' });
    expect((await fetch(`${world.servers.siteUrl}/sites/nobody/`)).status).toBe(404);
    const home = await page(world.site.baseUrl);
    expect(home).toContain('Demo Inc.');
    expect(home).toContain(`href="${acme.baseUrl}/"`);
    expect(await page(`${acme.baseUrl}/browse/TALLY-1`)).toContain(
      'href="/sites/acme/projects/TALLY"',
    );
  });

  it.each(['demo', 'acme'])('lets the app into the REST API of %s by its JWT', async (slug) => {
    const site = world.sites.get(slug)!;
    const path = '/rest/api/3/issue/TALLY-1/properties/checklist';
    const put = (token: string): Promise<Response> =>
      fetch(site.baseUrl + path, {
        method: 'PUT',
        headers: { authorization: `JWT ${token}`, 'content-type': 'application/json' },
        body: '{"done":1}',
      });
    expect((await put(jwt(site, 'PUT', path))).status).toBe(201);
    expect((await put(jwt(site, 'GET', path))).status).toBe(401);
    const other = world.sites.get(slug === 'demo' ? 'acme' : 'demo')!;
    expect((await put(jwt(other, 'PUT', path))).status).toBe(401);
    expect(world.jira.issue(site, 'TALLY-1')?.properties.get('checklist')).toEqual({ done: 1 });
    expect(world.jira.issue(other, 'TALLY-1')?.properties.size).toBe(0);
    const token = jwt(site, 'GET', path);
    expect((await fetch(`${site.baseUrl}${path}?jwt=${token}`)).status).toBe(200);
  });

  it('serves the REST API to the person of the cookie, but not to pages of other origins', async () => {
    const url = `${world.site.baseUrl}/rest/api/3/myself`;
    expect(await (await fetch(url, as(uma))).json()).toMatchObject({ displayName: 'Uma User' });
    const remove = (origin: string): Promise<Response> =>
      fetch(`${world.site.baseUrl}/rest/api/3/issue/TALLY-1`, {
        method: 'DELETE',
        headers: { origin },
      });
    expect((await remove(world.servers.customUiUrl)).status).toBe(403);
    expect((await remove('null')).status).toBe(403);
    expect((await remove(world.servers.siteUrl)).status).toBe(204);
    expect(world.connect.deliveries()).toEqual([]);
  });

  it('answers 501 for REST paths it does not model and lists them', async () => {
    expect((await fetch(`${world.site.baseUrl}/rest/api/3/filter/search`)).status).toBe(501);
    expect(world.register.list()).toEqual([
      { room: 'jira', what: 'GET /rest/api/3/filter/search', count: 1 },
    ]);
  });

  it('switches the person and goes back to a page of this site only', async () => {
    const post = (back: string): Promise<Response> =>
      fetch(`${acme.baseUrl}/_local/user`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ accountId: uma!.accountId, back }),
      });
    const answer = await post('/sites/acme/browse/TALLY-1?x=1');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/sites/acme/browse/TALLY-1?x=1');
    expect(answer.headers.get('set-cookie')).toContain('Path=/sites/acme; HttpOnly');
    for (const elsewhere of ['https://example.com', '//example.com', '/\\example.com', '']) {
      expect((await post(elsewhere)).headers.get('location')).toBe('/sites/acme/');
    }
  });

  it('writes what people wrote as text, never as HTML', async () => {
    const text = await page(`${world.site.baseUrl}/browse/TALLY-1`);
    expect(text).toContain('Ship the new onboarding &lt;flow&gt;');
    expect(text).not.toContain('<flow>');
  });

  it('shows issues and administration to those who may see them only', async () => {
    const status = async (path: string, user = ada): Promise<number> =>
      (await fetch(world.site.baseUrl + path, as(user))).status;
    expect(await status('/browse/TALLY-1', uma)).toBe(200);
    expect(await status('/browse/TALLY-1', nora)).toBe(404);
    expect(await status('/projects/TALLY', nora)).toBe(404);
    expect(await status('/admin')).toBe(200);
    expect(await status('/admin', uma)).toBe(403);
    expect(await status('/admin/settings')).toBe(200);
    expect(await status('/admin/no-such-module')).toBe(404);
  });

  it('gives no token for an issue that the person may not see', async () => {
    const token = async (user = ada, issueKey = 'TALLY-1'): Promise<number> => {
      const body = JSON.stringify({ issueKey });
      const url = `${world.site.baseUrl}/_local/connect/token`;
      return (await fetch(url, { ...as(user), method: 'POST', body })).status;
    };
    expect(await token()).toBe(200);
    expect(await token(nora)).toBe(404);
    expect(await token(ada, 'NO-1')).toBe(404);
  });

  it('refuses its own doors to other origins and to bodies of another shape', async () => {
    const post = (origin: string, body: string): Promise<Response> =>
      fetch(`${world.site.baseUrl}/_local/connect/url`, {
        method: 'POST',
        headers: { origin },
        body,
      });
    expect((await post(world.servers.customUiUrl, '{"moduleKey":"panel"}')).status).toBe(403);
    expect((await post(world.servers.siteUrl, '{"moduleKey":"panel"}')).status).toBe(200);
    expect((await post(world.servers.siteUrl, '{"moduleKey":7}')).status).toBe(400);
    expect((await post(world.servers.siteUrl, 'no json')).status).toBe(400);
  });

  it('lists an upgrade only when a Forge version is deployed, and lets only admins start it', async () => {
    expect(await page(`${world.site.baseUrl}/admin`)).toMatch(/<button class="primary"\s+disabled/);
    platform.app = deployedApp(world.app, { uiModules: [] });
    expect(await page(`${world.site.baseUrl}/admin`)).toMatch(/<button class="primary"\s*>/);
    const press = (user = ada): Promise<Response> =>
      fetch(`${world.site.baseUrl}/_local/upgrade`, { ...as(user), method: 'POST' });
    expect((await press(uma)).headers.get('location')).toBe('/admin');
    expect(world.upgraded).toEqual([]);
    expect((await press()).headers.get('location')).toBe('/admin?upgraded=1');
    expect(world.upgraded).toEqual([world.site]);
  });

  it('sends old Connect addresses to where the page stands now', async () => {
    const target = async (path: string): Promise<string | null> =>
      (await fetch(world.site.baseUrl + path, as(ada))).headers.get('location');
    const old = `/plugins/servlet/ac/${TEST_APP_KEY}`;
    expect(await target(`${old}/settings`)).toBe('/admin/settings');
    expect(await target(`${old}/templates?project.key=TALLY`)).toBe(
      '/projects/TALLY/apps/templates',
    );
  });

  it('serves all.js with this machine in the place of the CDN, and its themes', async () => {
    const script = await page(`${world.servers.siteUrl}/connect/all.js`);
    expect(script).toContain(`"${world.servers.siteUrl}/connect"`);
    expect(script).toContain('AP.request = ');
    const theme = await fetch(`${world.servers.siteUrl}/connect/themes/atlaskit-tokens_light.css`);
    expect(theme.headers.get('content-type')).toContain('text/css');
    expect((await fetch(`${world.servers.siteUrl}/connect/themes/..%2fiframe.js`)).status).toBe(
      404,
    );
  });

  it('serves client scripts as JavaScript without types', async () => {
    const answer = await fetch(`${world.servers.siteUrl}/_local/client/forge/frame-port.ts`);
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(await answer.text()).not.toContain('import type');
  });

  it('brings visitors under another name of this machine to the one name', async () => {
    const url = world.servers.siteUrl.replace('localhost', '127.0.0.1');
    const answer = await fetch(`${url}/browse/TALLY-1`, as(ada));
    expect(answer.headers.get('location')).toBe(`${world.servers.siteUrl}/browse/TALLY-1`);
  });

  describe('the Custom UI origin', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'resources-'));
      await mkdir(join(folder, 'main'));
      await writeFile(join(folder, 'main/index.html'), '<html><head lang="en"><title>x</title>');
      await writeFile(join(folder, 'main/app.js'), 'run();');
      await writeFile(join(folder, 'secret.txt'), 'secret');
      platform.app = deployedApp(world.app, {
        uiModules: [],
        resources: [{ key: 'main', folder: join(folder, 'main') }],
        contentPermissions: { styles: ['unsafe-inline'], scripts: ['https://evil.example'] },
      });
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('serves the folders of the manifest and nothing beside them', async () => {
      world.site.generation = 'hybrid';
      const get = (path: string): Promise<Response> =>
        fetch(`${world.servers.customUiUrl}/demo/${path}`);
      expect(await (await get('main/app.js')).text()).toBe('run();');
      expect(await (await get('main/')).text()).toBe(
        '<html><head lang="en"><script src="/global-bridge.js"></script><title>x</title>',
      );
      for (const path of ['main/..%2fsecret.txt', 'other/app.js', 'main/none.js', 'main/%E0%A4']) {
        expect((await get(path)).status).toBe(404);
      }
      world.site.generation = 'connect';
      expect((await get('main/app.js')).status).toBe(404);
      expect((await fetch(`${world.servers.customUiUrl}/nobody/main/app.js`)).status).toBe(404);
    });

    it('allows what the manifest may ask for and nothing else', async () => {
      world.site.generation = 'hybrid';
      const answer = await fetch(`${world.servers.customUiUrl}/demo/main/index.html`);
      const policy = answer.headers.get('content-security-policy') ?? '';
      const host = new URL(world.servers.siteUrl).host;
      expect(policy).toMatch(new RegExp(`style-src 'self' ${host} [^;]* 'unsafe-inline'`));
      expect(policy).toMatch(/script-src 'self' [^;]*;/);
      expect(policy).not.toContain('evil.example');
      expect(policy).toContain('sandbox allow-popups');
    });

    it('collects reports of broken policies', async () => {
      const report = { 'document-uri': 'http://x/', 'effective-directive': 'img-src' };
      await fetch(`${world.servers.customUiUrl}/csp-report`, {
        method: 'POST',
        body: JSON.stringify({ 'csp-report': report }),
      });
      expect(world.servers.cspReports()).toMatchObject([{ directive: 'img-src', count: 1 }]);
    });
  });
});
