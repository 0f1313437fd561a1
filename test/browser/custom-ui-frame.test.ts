import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { deployedApp, emptyPlatform, startTestWorld } from '../../local-site/browser/test-world.ts';
import type { TestPlatform, TestWorld } from '../../local-site/browser/test-world.ts';
import type { Origin, RemoteCall } from '../../local-site/types.ts';
import { launchChromium } from '../support/chromium.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = `<!doctype html><html><head><title>App</title></head>
<body><h3>The app</h3><p id="heard"></p><script src="main.js"></script></body></html>`;
/** Hands the real bridge to the test. */
const MAIN = `import * as bridge from '@forge/bridge'; globalThis.bridge = bridge;`;

describe('a Custom UI frame', () => {
  let folder: string;
  let platform: TestPlatform;
  let world: TestWorld;
  let browser: Browser;
  let context: BrowserContext | undefined;
  let page: Page;
  let invoked: { origin: Origin; functionKey: string; payload: unknown }[];
  let called: RemoteCall[];

  const inFrame = async (code: string, selector = '#forge-upgrade iframe'): Promise<unknown> => {
    const element = await page.locator(selector).elementHandle();
    const app = await element.contentFrame();
    await app!.getByRole('heading', { name: 'The app' }).waitFor();
    // The heading stands there before the script has run.
    await app!.waitForFunction('globalThis.bridge !== undefined');
    return app!.evaluate(
      `(async () => { ${code} })().catch((error) => ({ rejected: error.message }))`,
    );
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'custom-ui-'));
    await build({
      stdin: { contents: MAIN, resolveDir: ROOT },
      bundle: true,
      format: 'iife',
      define: { 'process.env.NODE_ENV': '"production"' },
      outfile: join(folder, 'main.js'),
      logLevel: 'error',
    });
    await writeFile(join(folder, 'index.html'), PAGE);
    platform = emptyPlatform();
    platform.invokeResolver = (origin, functionKey, payload) => {
      invoked.push({ origin, functionKey, payload });
      if (functionKey === 'fails') return Promise.reject(new Error('The function said no.'));
      return Promise.resolve({ echo: payload });
    };
    platform.callRemote = (_origin, call) => {
      called.push(call);
      return Promise.resolve(Response.json({ path: call.path, got: call.body ?? null }));
    };
    world = await startTestWorld(platform);
    platform.app = deployedApp(world.app, {
      uiModules: [
        {
          key: 'upgrade',
          type: 'jira:adminPage',
          title: 'Upgrade',
          resourceKey: 'main',
          resolverFunction: 'resolver',
          resolverRemote: 'connect',
        },
        { key: 'panel-2', type: 'jira:issuePanel', title: 'Panel', resourceKey: 'main' },
      ],
      resources: [{ key: 'main', folder }],
      contentPermissions: {},
    });
    const installation = 'ari:cloud:ecosystem::installation/0b7c';
    await world.connect.becomeHybrid(world.site, platform.app, installation, {});
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    invoked = [];
    called = [];
    await context?.close();
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(`${world.site.baseUrl}/admin/upgrade`);
  });

  it('stands on an origin of its own, under a policy and a sandbox', async () => {
    const frame = page.locator('#forge-upgrade iframe');
    const source = await frame.getAttribute('src');
    expect(new URL(source!).origin).toBe(world.servers.customUiUrl);
    expect(world.servers.customUiUrl).not.toBe(world.servers.siteUrl);
    const sandbox = await frame.getAttribute('sandbox');
    expect(sandbox).not.toContain('allow-top-navigation');
    expect(sandbox).not.toContain('allow-popups');
    const response = await fetch(source!);
    const policy = response.headers.get('content-security-policy');
    expect(policy).not.toMatch(/script-src [^;]*unsafe-inline/);
    expect(policy).toMatch(
      new RegExp(`frame-ancestors 'self' [^;]* ${new URL(world.servers.siteUrl).host}`),
    );
    expect(await response.text()).toContain('<head><script src="/global-bridge.js"></script>');
  });

  it('is told who looks at what', async () => {
    expect(await inFrame('return bridge.view.getContext();')).toMatchObject({
      accountId: world.site.users[0]!.accountId,
      cloudId: 'cloud-demo',
      siteUrl: world.site.baseUrl,
      moduleKey: 'upgrade',
      extension: { type: 'jira:adminPage' },
    });
    await page.goto(`${world.site.baseUrl}/browse/TALLY-1`);
    // A Forge panel is not there before somebody adds it.
    expect(await page.locator('#forge-panel-2 iframe').count()).toBe(0);
    await page.getByRole('button', { name: 'Add Panel' }).click();
    const inPanel = await inFrame('return bridge.view.getContext();', '#forge-panel-2 iframe');
    expect(inPanel).toMatchObject({
      extension: {
        type: 'jira:issuePanel',
        issue: { key: 'TALLY-1' },
        project: { key: 'TALLY' },
        isNewToIssue: true,
        location: `${world.site.baseUrl}/browse/TALLY-1`,
      },
    });
    expect(await page.locator('#connect-panel iframe').count()).toBe(1);
  });

  it('invokes the resolver and hears its answer or its error', async () => {
    expect(await inFrame(`return bridge.invoke('status', { a: 1 });`)).toEqual({ echo: { a: 1 } });
    expect(invoked[0]).toMatchObject({
      functionKey: 'status',
      origin: { moduleKey: 'upgrade', moduleType: 'jira:adminPage' },
    });
    expect(invoked[0]?.origin.site).toBe(world.site);
    expect(await inFrame(`return bridge.invoke('fails');`)).toEqual({
      rejected: 'The function said no.',
    });
  });

  it('calls Jira as the person and the remote by its key or by the resolver', async () => {
    const jira = `
      const response = await bridge.requestJira('/rest/api/3/myself');
      return [response.status, (await response.json()).displayName];`;
    expect(await inFrame(jira)).toEqual([200, 'Ada Admin']);
    const remote = `
      const response = await bridge.requestRemote('connect', { path: '/a', method: 'POST', body: '{}' });
      return response.json();`;
    expect(await inFrame(remote)).toEqual({ path: '/a', got: '{}' });
    const invoke = `return bridge.invokeRemote({ path: '/b', method: 'POST', body: { n: 1 } });`;
    expect(await inFrame(invoke)).toMatchObject({
      status: 200,
      body: { path: '/b', got: '{"n":1}' },
    });
    expect(called.map(({ remoteKey, way }) => [remoteKey, way])).toEqual([
      ['connect', 'ui'],
      ['connect', 'ui'],
    ]);
  });

  it('shares events with the other frames of the page and can leave', async () => {
    expect(
      await inFrame(`
        const heard = [];
        const listening = await bridge.events.on('ping', (payload) => heard.push(payload.n));
        await bridge.events.emit('ping', { n: 1 });
        await bridge.events.emit('ping', { n: 2 });
        await listening.unsubscribe();
        await bridge.events.emit('ping', { n: 3 });
        await bridge.view.getContext();
        return heard;
      `),
    ).toEqual([1, 2]);
  });

  it('grows with its content', async () => {
    await inFrame(`
      const tall = document.createElement('div');
      tall.style.height = '1700px';
      document.body.append(tall);
    `);
    await page.waitForFunction(() => {
      const iframe = document.querySelector('#forge-upgrade iframe');
      return (iframe?.clientHeight ?? 0) > 1_700;
    });
  });

  it('gets the theme values although inline styles are forbidden', async () => {
    expect(
      await inFrame(`
        await bridge.view.theme.enable();
        await bridge.view.getContext();
        const root = document.documentElement;
        return [root.dataset.colorMode, getComputedStyle(root).getPropertyValue('--ds-surface')];
      `),
    ).toEqual(['light', '#FFFFFF']);
  });

  it('shows flags whose actions come back into the frame', async () => {
    await inFrame(`
      bridge.showFlag({
        id: 'f', title: 'Copied', type: 'success', description: '10 records',
        actions: [{ text: 'Undo', onClick: () => { document.getElementById('heard').textContent = 'undone'; } }],
      });`);
    const flags = page.getByRole('region', { name: 'Notifications' });
    await flags.getByText('10 records').waitFor();
    await flags.getByRole('button', { name: 'Undo' }).click();
    const frame = page.locator('#forge-upgrade iframe').contentFrame();
    await frame.getByText('undone').waitFor();
  });

  it('keeps its own routes below the page', async () => {
    expect(
      await inFrame(`
        globalThis.routes = await bridge.view.createHistory();
        await routes.push('/details?x=1');
        await bridge.view.getContext();
        return [routes.location.pathname, routes.location.search];
      `),
    ).toEqual(['/details', '?x=1']);
    expect(page.url()).toBe(`${world.site.baseUrl}/admin/upgrade/details?x=1`);
    await page.reload();
    const again = `return (await bridge.view.createHistory()).location.pathname;`;
    expect(await inFrame(again)).toBe('/details');
  });

  it('opens a modal with a context and hears what it was closed with', async () => {
    await inFrame(`
      new bridge.Modal({
        resource: 'main', size: 'small', context: { q: 7 },
        onClose: (payload) => { document.getElementById('heard').textContent = 'got ' + payload.answer; },
      }).open();`);
    const modal = 'dialog iframe';
    expect(
      await inFrame(`return (await bridge.view.getContext()).extension.modal;`, modal),
    ).toEqual({ q: 7 });
    // The frame goes away while it answers, so nobody waits for it.
    await inFrame(`setTimeout(() => bridge.view.close({ answer: 'yes' }), 0);`, modal);
    const frame = page.locator('#forge-upgrade iframe').contentFrame();
    await frame.getByText('got yes').waitFor();
    expect(await inFrame('return bridge.view.close();')).toEqual({
      rejected: "this resource's view is not closable.",
    });
  });

  it('navigates the page', async () => {
    await inFrame(`bridge.router.navigate('/browse/TALLY-1');`);
    await page.waitForURL(`${world.site.baseUrl}/browse/TALLY-1`);
  });

  it('is refused what the site does not model, and that is registered', async () => {
    const rejected = await inFrame(`return bridge.rovo.isEnabled();`);
    expect(rejected).toHaveProperty('rejected');
    expect(world.register.list()).toContainEqual({
      room: 'bridge',
      what: 'isRovoEnabled',
      count: 1,
    });
  });

  it('cannot reach Jira around the bridge', async () => {
    const direct = `
      return fetch('${world.servers.siteUrl}/rest/api/3/issue/TALLY-1', {
        method: 'DELETE', credentials: 'include',
      }).then((response) => response.status);`;
    expect(await inFrame(direct)).toHaveProperty('rejected');
    expect(world.jira.issue(world.site, 'TALLY-1')).toBeDefined();
  });
});
