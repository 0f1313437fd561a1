import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { BRIDGE_OPERATIONS } from '../../local-site/browser/index.ts';
import { startWorkbench } from '../../local-site/browser/testing/workbench/start-workbench.ts';
import type { Workbench } from '../../local-site/browser/testing/workbench/start-workbench.ts';
import { launchChromium } from '../support/chromium.ts';

const PANEL = '#forge-wb-panel iframe';
const GLOBAL = '#forge-wb-moved iframe';
const CONTENTS = '#connect-wb-contents iframe';

describe('what frames of the local site can do', () => {
  let bench: Workbench;
  let browser: Browser;
  let context: BrowserContext | undefined;
  let page: Page;

  const go = (path: string): Promise<unknown> => page.goto(bench.site.baseUrl + path);
  /** Runs code in a frame of the app; a rejection comes back as `{rejected}`. */
  const inFrame = async (selector: string, code: string): Promise<unknown> => {
    const element = await page.locator(selector).elementHandle();
    const app = await element.contentFrame();
    await app?.getByRole('heading').first().waitFor();
    return app?.evaluate(
      `(async () => { ${code} })().catch((error) => ({ rejected: error.message }))`,
    );
  };
  const recorded = (): string[] =>
    bench.local.unmodelled().map(({ room, what }) => `${room}: ${what}`);

  beforeAll(async () => {
    bench = await startWorkbench();
    browser = await launchChromium();
    await bench.local.upgradeInPlace(bench.site);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await bench.close();
  });
  beforeEach(async () => {
    await context?.close();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
  });

  describe('a full page of Forge', () => {
    beforeEach(async () => {
      await go('/apps/wb-moved');
    });

    it('finds in the host exactly the operations that the list says are modelled', async () => {
      const names = await page.evaluate(`import('/_local/client/forge/operations.ts')
        .then(({ operations }) => Object.keys(operations))`);
      const listed = BRIDGE_OPERATIONS.filter(({ modelled }) => modelled);
      expect((names as string[]).toSorted()).toEqual(listed.map(({ name }) => name).toSorted());
    }, 60_000);

    it('is rejected for every other operation, and each is recorded', async () => {
      const names = [
        ...BRIDGE_OPERATIONS.filter(({ modelled }) => !modelled),
        { name: 'brandNew' },
      ];
      for (const { name } of names) {
        const answer = await inFrame(
          GLOBAL,
          `return globalThis.__bridge.callBridge('${name}', {});`,
        );
        expect(answer).toEqual({
          rejected: `The local site does not model the bridge operation ${name}.`,
        });
      }
      // The frame has its answer before the page has told the site.
      for (let i = 0; i < 100 && !recorded().includes('bridge: brandNew'); i += 1) await sleep(50);
      for (const { name } of names) expect(recorded()).toContain(`bridge: ${name}`);
    }, 60_000);

    it('invokes a real function and is told where it stands', async () => {
      const answer = await inFrame(GLOBAL, `return bridge.invoke('hello', { a: 1 });`);
      expect(answer).toMatchObject({
        said: 'hello',
        payload: { a: 1 },
        extension: { type: 'jira:globalPage', location: `${bench.site.baseUrl}/apps/wb-moved` },
      });
      expect(await inFrame(GLOBAL, `return bridge.invoke('fail');`)).toMatchObject({
        rejected: expect.stringContaining('The workbench failed, as it was told.'),
      });
    }, 60_000);

    it('may send 500 KB at most with an invocation', async () => {
      const invoke = (size: number): string =>
        `return bridge.invoke('hello', { text: 'x'.repeat(${size}) }).then(() => 'fine');`;
      expect(await inFrame(GLOBAL, invoke(500_000))).toBe('fine');
      expect(await inFrame(GLOBAL, invoke(520_000))).toEqual({
        rejected: 'The payload of an invocation is limited to 500 KB.',
      });
    }, 60_000);

    it('has no licence in its context outside of production, and the locale and zone of the person', async () => {
      const answer = await inFrame(GLOBAL, `return bridge.view.getContext();`);
      expect(answer).toMatchObject({
        environmentType: 'DEVELOPMENT',
        locale: 'en-US',
        timezone: 'Etc/UTC',
        theme: { colorMode: 'light' },
      });
      expect(answer).not.toHaveProperty('license');
    }, 60_000);

    it('leaves the site only when the person agrees, or for a host that the manifest names', async () => {
      const leaving = inFrame(GLOBAL, `return bridge.router.open('https://elsewhere.example/a');`);
      await page.getByRole('dialog', { name: 'You are leaving this site' }).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      expect(await leaving).toEqual({ rejected: 'The person did not want to leave the site.' });
      const opened = context!.waitForEvent('page');
      await inFrame(
        GLOBAL,
        `return bridge.router.open('https://known.example/a').then(() => null);`,
      );
      await (await opened).close();
    }, 60_000);

    it('knows the addresses of places and goes to its other pages', async () => {
      const urls = await inFrame(
        GLOBAL,
        `const url = async (to) => (await bridge.router.getUrl(to)).pathname;
         return [
           await url({ target: 'issue', issueKey: 'WB-1' }),
           await url({ target: 'dashboard', dashboardId: '10000' }),
         ];`,
      );
      expect(urls).toEqual(['/browse/WB-1', '/jira/dashboards/10000']);
      await inFrame(
        GLOBAL,
        `bridge.router.navigate({ target: 'module', moduleKey: 'wb-forge-project', projectKey: 'WB', path: '/deep?x=1' });`,
      );
      await page.waitForURL(`${bench.site.baseUrl}/projects/WB/apps/wb-forge-project/deep?x=1`);
    }, 60_000);

    it('cannot open windows around the bridge', async () => {
      const answer = await inFrame(
        GLOBAL,
        `return window.open('https://known.example/') === null;`,
      );
      expect(answer).toBe(true);
    }, 60_000);

    it('hands uploads to Jira, which records what it does not do', async () => {
      const answer = await inFrame(
        GLOBAL,
        `const form = new FormData();
         form.append('file', new Blob(['hello']), 'hello.txt');
         const response = await bridge.requestJira('/rest/api/3/issue/WB-1/attachments', { method: 'POST', body: form });
         return response.status;`,
      );
      expect(answer).toBe(501);
    }, 60_000);
  });

  describe('a panel of an issue', () => {
    beforeEach(async () => {
      await go('/browse/WB-1');
      const add = page.getByRole('button', { name: 'Add Panel' });
      if ((await add.count()) > 0) await add.click();
    });

    it('is refused what only full pages, modals or forms can do', async () => {
      const rejections = await inFrame(
        PANEL,
        `const outcome = (promise) => promise.then(() => 'fine', (error) => error.message);
         return Promise.all([
           outcome(bridge.view.createHistory()),
           outcome(bridge.view.changeWindowTitle('x')),
           outcome(bridge.view.close()),
           outcome(bridge.view.onClose(() => undefined)),
           outcome(bridge.view.submit({})),
           outcome(bridge.view.open()),
           outcome(jira.workflowRules.onConfigure(() => '{}')),
         ]);`,
      );
      expect(rejections).toEqual([
        'createHistory is available in full pages only.',
        "the window title wasn't changed due to error.",
        "this resource's view is not closable.",
        "`onClose` failed because this resource's view is not closable.",
        "this resource's view is not submittable.",
        "this resource's view is not openable.",
        'Unable to add workflow rule configuration callback.',
      ]);
    }, 60_000);

    it('brings the issue up to date without being loaded again', async () => {
      await inFrame(PANEL, `globalThis.kept = true;`);
      await bench.local.jira.automation.setProperty(bench.site, 'WB-1', 'fresh', 1);
      const properties = page.locator('[data-refresh="properties"] .tag').first();
      const before = Number(await properties.innerText());
      await inFrame(PANEL, `return __bridge.callBridge('refreshIssueView');`);
      await page
        .locator('[data-refresh="properties"] .tag', { hasText: String(before + 1) })
        .waitFor();
      expect(await inFrame(PANEL, `return globalThis.kept;`)).toBe(true);
    }, 60_000);

    it('shows another issue over the page and hears that it was closed', async () => {
      await inFrame(
        PANEL,
        `new jira.ViewIssueModal({
           context: { issueKey: 'WB-2' },
           onClose: () => { document.body.dataset.closed = 'yes'; },
         }).open();`,
      );
      const dialog = page.getByRole('dialog', { name: 'WB-2' });
      const issue = dialog.locator('iframe').contentFrame();
      await issue.getByRole('heading', { name: 'The vice does not close' }).waitFor();
      expect(await issue.getByRole('banner').count()).toBe(0);
      await dialog.getByRole('button', { name: 'Close' }).click();
      await page.frameLocator(PANEL).locator('body[data-closed="yes"]').waitFor();
    }, 60_000);
  });

  describe('a frame of Connect', () => {
    beforeEach(async () => {
      await go('/browse/WB-1');
    });

    it('is told where it is and goes elsewhere', async () => {
      const place = await inFrame(
        CONTENTS,
        `return new Promise((done) => AP.navigator.getLocation(done));`,
      );
      expect(place).toMatchObject({ target: 'issue', context: { issueKey: 'WB-1' } });
      await inFrame(
        CONTENTS,
        `AP.navigator.go('addonmodule', { addonKey: 'com.example.workbench', moduleKey: 'wb-general', customData: { part: 'three' } });`,
      );
      await page.waitForURL(/\/apps\/wb-general/);
      await page.frameLocator('#connect-wb-general iframe').getByText('part three').waitFor();
    }, 60_000);

    it('hears every step back in its history, not only the first', async () => {
      await inFrame(
        CONTENTS,
        `globalThis.heard = [];
         AP.history.popState((event) => heard.push(event.state));
         AP.history.pushState('one'); AP.history.pushState('two');`,
      );
      await page.waitForURL(/#!two$/);
      await page.goBack();
      await page.goBack();
      await inFrame(
        CONTENTS,
        `while (heard.length < 2) await new Promise((again) => setTimeout(again, 20));`,
      );
      expect(await inFrame(CONTENTS, `return heard;`)).toEqual(['one', '']);
    }, 60_000);

    it('uses methods that are not modelled without an error, and they are recorded', async () => {
      await inFrame(
        CONTENTS,
        `AP.jira.openCreateIssueDialog(() => undefined, {}); AP.navigator.go('userProfile', {});`,
      );
      while (recorded().filter((each) => each.startsWith('connect: ')).length < 2) {
        await page.waitForTimeout(50);
      }
      expect(recorded()).toContain('connect: AP.jira.openCreateIssueDialog');
      expect(recorded()).toContain('connect: AP.navigator.go userProfile');
    }, 60_000);

    it('calls Jira within the scopes of the app', async () => {
      const answer = await inFrame(
        CONTENTS,
        `return AP.request('/rest/api/3/issue/WB-1?fields=summary').then(({ xhr }) => xhr.status);`,
      );
      expect(answer).toBe(200);
    }, 60_000);
  });
});
