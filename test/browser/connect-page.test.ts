import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { startTestWorld, testDescriptor } from '../../local-site/browser/test-world.ts';
import type { TestWorld } from '../../local-site/browser/test-world.ts';
import { systemClock } from '../../local-site/support/index.ts';
import { launchChromium } from '../support/chromium.ts';

describe('a Connect page in the issue view', () => {
  let world: TestWorld;
  let browser: Browser;
  let context: BrowserContext | undefined;
  let page: Page;
  let frame: FrameLocator;

  /** The app's pages: the panel puts AP into its window for the test to use, the dialog closes itself with data. */
  const pages = (): TestWorld['app']['respond'] => {
    const script = `<script src="${world.servers.siteUrl}/connect/all.js" data-options="sizeToParent:false"></script>`;
    return ({ url }) => {
      if (url === '/atlassian-connect.json') {
        return { status: 200, body: testDescriptor(world.app.baseUrl) };
      }
      if (url.startsWith('/installed')) return { status: 204 };
      const body = url.startsWith('/dialog')
        ? '<p>In the dialog</p><button onclick="AP.dialog.close({ saved: 42 })">Save</button>'
        : '<div class="ac-content"><h3>The app</h3><p id="heard"></p></div>';
      return {
        status: 200,
        type: 'text/html',
        body: `<!doctype html><head>${script}</head>${body}`,
      };
    };
  };
  /** Runs code in the app's frame. `AP` is there; the code answers with a promise. */
  const inFrame = async (code: string): Promise<unknown> => {
    const element = await page.locator('#connect-panel iframe').elementHandle();
    const app = await element.contentFrame();
    return app!.evaluate(`(async () => { ${code} })()`);
  };

  beforeAll(async () => {
    world = await startTestWorld();
    world.app.respond = pages();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });
  beforeEach(async () => {
    await context?.close();
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(`${world.site.baseUrl}/browse/TALLY-1`);
    frame = page.frameLocator('#connect-panel iframe');
    await frame.getByRole('heading', { name: 'The app' }).waitFor();
  });

  it('gets a context token for this issue and this person', async () => {
    const token = (await inFrame(
      'return new Promise((done) => AP.context.getToken(done));',
    )) as string;
    const claims = JSON.parse(atob(token.split('.')[1]!)) as unknown;
    expect(claims).toMatchObject({
      iss: 'client-demo',
      sub: world.site.users[0]!.accountId,
      qsh: 'context-qsh',
      context: { jira: { issue: { key: 'TALLY-1' }, project: { key: 'TALLY' } } },
    });
    expect(await inFrame('return new Promise((done) => AP.context.getContext(done));')).toEqual({
      jira: { issue: { id: '10000', key: 'TALLY-1' }, project: { id: '10000', key: 'TALLY' } },
    });
  });

  it('calls Jira as the person, in the promise form and in the callback form', async () => {
    expect(
      await inFrame(`
        const { body, xhr } = await AP.request('/rest/api/3/myself');
        return { name: JSON.parse(body).displayName, status: xhr.status };
      `),
    ).toEqual({ name: 'Ada Admin', status: 200 });
    const path = '/rest/api/3/issue/TALLY-1/properties/seen';
    expect(
      await inFrame(`
        await AP.request({ url: '${path}', type: 'PUT', contentType: 'application/json', data: '{"n":1}' });
        return new Promise((done) => AP.request({ url: '${path}', success: (body) => done(JSON.parse(body)) }));
      `),
    ).toEqual({ key: 'seen', value: { n: 1 } });
    expect(
      await inFrame(`
        return AP.request('/rest/api/3/issue/NO-1').catch(({ xhr, err }) => [xhr.status, typeof err]);
      `),
    ).toEqual([404, 'string']);
    expect(world.jira.issue(world.site, 'TALLY-1')?.properties.get('seen')).toEqual({ n: 1 });
  });

  it('changes its height with AP.resize', async () => {
    await inFrame(`AP.resize('100%', '432px');`);
    const height = page.locator('#connect-panel iframe[style*="432px"]');
    await height.waitFor();
    expect((await height.boundingBox())?.height).toBe(432);
  });

  it('grows with its content when the app does not care', async () => {
    await inFrame(`
      const tall = document.createElement('div');
      tall.style.height = '700px';
      document.querySelector('.ac-content').append(tall);
    `);
    await page.waitForFunction(() => {
      const iframe = document.querySelector('#connect-panel iframe');
      return (iframe?.clientHeight ?? 0) > 700;
    });
  });

  it('shows a flag and hears that its action was chosen', async () => {
    await inFrame(`
      AP.events.on('flag.action', ({ actionIdentifier }) => {
        document.getElementById('heard').textContent = actionIdentifier;
      });
      AP.flag.create({ title: 'Saved', body: 'All of it', type: 'success', actions: { undo: 'Undo' } });
    `);
    const flags = page.getByRole('region', { name: 'Notifications' });
    await flags.getByText('All of it').waitFor();
    await flags.getByRole('button', { name: 'Undo' }).click();
    await frame.getByText('undo').waitFor();
    await flags.getByRole('button', { name: 'Dismiss' }).click();
    expect(await flags.getByText('Saved').count()).toBe(0);
  });

  it('opens a dialog and hears what it was closed with', async () => {
    await inFrame(`
      AP.dialog.create({ key: 'dialog', width: '400px', height: '150px', chrome: true, header: 'Edit' });
      AP.events.on('dialog.close', (data) => {
        document.getElementById('heard').textContent = 'saved ' + data.saved;
      });
    `);
    const dialog = page.getByRole('dialog', { name: 'Edit' });
    await dialog.locator('iframe').contentFrame().getByRole('button', { name: 'Save' }).click();
    await frame.getByText('saved 42').waitFor();
    await dialog.waitFor({ state: 'detached' });
  });

  it('knows the person, keeps cookies, and knows where it is', async () => {
    expect(
      await inFrame(`
        AP.cookie.save('seen', 'yes; really', 1);
        const call = (method) => new Promise((done) => method(done));
        return {
          user: (await call(AP.user.getCurrentUser)).atlassianAccountId,
          cookie: await new Promise((done) => AP.cookie.read('seen', done)),
          location: await call(AP.getLocation),
        };
      `),
    ).toEqual({
      user: world.site.users[0]!.accountId,
      cookie: 'yes; really',
      location: `${world.site.baseUrl}/browse/TALLY-1`,
    });
  });

  it('gets the theme of the site when it asks for it', async () => {
    await inFrame('AP.theming.initializeTheming();');
    await expect(
      inFrame(`
        const value = () => getComputedStyle(document.documentElement).getPropertyValue('--ds-text');
        while (value() === '') await new Promise((again) => setTimeout(again, 20));
        return value();
      `),
    ).resolves.toBe('#172B4D');
  });

  it('shows nothing to a person without access', async () => {
    await page.getByText('Ada Admin', { exact: true }).click();
    await page.getByRole('button', { name: /Nora Noaccess/ }).click();
    await page.getByRole('heading', { name: 'We can’t find this page' }).waitFor();
    expect(await page.locator('iframe').count()).toBe(0);
  });

  it('asks for a fresh address when the token in the first one has expired', async () => {
    const tenMinutesLate = { ...systemClock, now: () => Date.now() - 600_000 };
    const late = await startTestWorld(undefined, tenMinutesLate);
    try {
      late.app.respond = () => ({ status: 200, type: 'text/html', body: '<h3>Loaded</h3>' });
      const asked = page.waitForRequest(/_local\/connect\/url$/);
      await page.goto(`${late.site.baseUrl}/browse/TALLY-1`);
      await asked;
      await frame.getByRole('heading', { name: 'Loaded' }).waitFor();
    } finally {
      await late.close();
    }
  });
});
