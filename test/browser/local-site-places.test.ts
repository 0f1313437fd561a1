import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import {
  startWorkbench,
  WORKBENCH_KEY,
} from '../../local-site/browser/testing/workbench/start-workbench.ts';
import type { Workbench } from '../../local-site/browser/testing/workbench/start-workbench.ts';
import { launchChromium } from '../support/chromium.ts';

describe('the places of the local site, with the sample app', () => {
  let bench: Workbench;
  let browser: Browser;
  let context: BrowserContext | undefined;
  let page: Page;

  const go = (path: string): Promise<unknown> => page.goto(bench.site.baseUrl + path);
  const frame = (id: string): FrameLocator => page.frameLocator(`#${id} iframe`);
  const heading = (where: FrameLocator, name: string): Promise<void> =>
    where.getByRole('heading', { name }).waitFor();
  const sandboxOf = async (id: string): Promise<string[]> => {
    const sandbox = await page.locator(`#${id} iframe`).getAttribute('sandbox');
    return (sandbox ?? '').split(' ');
  };

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

  it('show Connect and Forge side by side on an issue, each from another origin and in its own sandbox', async () => {
    await go('/browse/WB-1');
    await page.getByRole('button', { name: 'Add Panel' }).click();
    await heading(frame('connect-wb-contents'), 'wb-contents on Connect');
    await heading(frame('forge-wb-panel'), 'wb-panel on Forge');
    const origins = await page
      .locator('.frame iframe')
      .evaluateAll((frames) =>
        frames.map((each) => new URL((each as HTMLIFrameElement).src).origin),
      );
    expect(origins).toEqual([bench.connect.baseUrl, bench.local.urls.customUi]);
    expect(new Set([...origins, bench.local.urls.site]).size).toBe(3);
    expect(await sandboxOf('connect-wb-contents')).toEqual([
      'allow-downloads',
      'allow-forms',
      'allow-modals',
      'allow-popups',
      'allow-same-origin',
      'allow-scripts',
      'allow-top-navigation-by-user-activation',
    ]);
    expect(await sandboxOf('forge-wb-panel')).toEqual([
      'allow-downloads',
      'allow-forms',
      'allow-modals',
      'allow-pointer-lock',
      'allow-same-origin',
      'allow-scripts',
    ]);
    await page.reload();
    await heading(frame('forge-wb-panel'), 'wb-panel on Forge');
  }, 60_000);

  it('load contexts and tabs of an issue only when they are opened', async () => {
    await go('/browse/WB-1');
    await heading(frame('connect-wb-contents'), 'wb-contents on Connect');
    expect(
      await page.locator('#connect-wb-context iframe, #forge-wb-activity iframe').count(),
    ).toBe(0);
    await page.getByRole('heading', { name: 'Context', exact: true }).click();
    await heading(frame('connect-wb-context'), 'wb-context on Connect');
    await page.getByRole('tab', { name: /^Tab/ }).click();
    await heading(frame('connect-wb-tab'), 'wb-tab on Connect');
    await page.keyboard.press('ArrowRight');
    await heading(frame('forge-wb-activity'), 'wb-activity on Forge');
    // Its display condition wants a story.
    await go('/browse/WB-2');
    expect(await page.getByRole('tab', { name: /^Forge tab/ }).count()).toBe(0);
  }, 60_000);

  it('open actions and web items as dialogs', async () => {
    await go('/browse/WB-1');
    await page.getByLabel('More actions').click();
    await page.getByRole('button', { name: /^Forge action/ }).click();
    const action = page.getByRole('dialog', { name: 'Forge action' });
    await heading(action.locator('iframe').contentFrame(), 'wb-action on Forge');
    await action.getByRole('button', { name: 'Close' }).click();
    await page.getByLabel('More actions').click();
    await page.getByRole('button', { name: /^Web item/ }).click();
    const item = page.getByRole('dialog', { name: 'Web item' });
    await heading(item.locator('iframe').contentFrame(), 'wb-item on Connect');
  }, 60_000);

  it('fill pages of the project, its settings, the administration and the site', async () => {
    for (const [path, id, title] of [
      ['/projects/WB/apps/wb-project', 'connect-wb-project', 'wb-project on Connect'],
      ['/projects/WB/apps/wb-forge-project', 'forge-wb-forge-project', 'wb-forge-project on Forge'],
      [
        '/projects/WB/settings/wb-project-settings',
        'forge-wb-project-settings',
        'wb-project-settings on Forge',
      ],
      ['/admin/wb-admin', 'connect-wb-admin', 'wb-admin on Connect'],
      ['/admin/wb-forge-admin', 'forge-wb-forge-admin', 'wb-forge-admin on Forge'],
      ['/admin/configure/wb-configure', 'connect-wb-configure', 'wb-configure on Connect'],
      ['/admin/get-started/wb-get-started', 'forge-wb-get-started', 'wb-get-started on Forge'],
      ['/apps/wb-general?ac.part=two', 'connect-wb-general', 'wb-general on Connect'],
      ['/apps/wb-moved', 'forge-wb-moved', 'wb-moved on Forge'],
    ] as const) {
      await go(path);
      await heading(frame(id), title);
    }
    await go('/apps/wb-general?ac.part=two');
    await frame('connect-wb-general').getByText('part two').waitFor();
  }, 90_000);

  it('send an old address of a moved page to Forge, with the address itself', async () => {
    const old = `/plugins/servlet/ac/${WORKBENCH_KEY}/wb-moved?view=list#!row/7`;
    await go(old);
    await heading(frame('forge-wb-moved'), 'wb-moved on Forge');
    const url = new URL(page.url());
    expect(url.pathname).toBe('/apps/wb-moved');
    expect(url.searchParams.get('view')).toBe('list');
    expect(url.hash).toBe('#!row/7');
    const original = Buffer.from(url.searchParams.get('x_atlassian_cf') ?? '', 'base64').toString();
    expect(original).toBe(bench.site.baseUrl + old.split('#')[0]!);
    await go(`/plugins/servlet/ac/${WORKBENCH_KEY}/wb-general?ac.part=two`);
    await frame('connect-wb-general').getByText('part two').waitFor();
    expect(page.url()).not.toContain('x_atlassian_cf');
  }, 60_000);

  it('record what a Custom UI page tries against its policy', async () => {
    await go('/apps/wb-moved');
    await heading(frame('forge-wb-moved'), 'wb-moved on Forge');
    const element = await page.locator('#forge-wb-moved iframe').elementHandle();
    const app = await element.contentFrame();
    await app?.evaluate(`new Image().src = 'https://elsewhere.example/pixel.png'`);
    while (bench.local.cspReports().length === 0) await page.waitForTimeout(50);
    expect(bench.local.cspReports()).toEqual([
      {
        document: `${bench.local.urls.customUi}/main/main/index.html`,
        directive: 'img-src',
        blocked: 'https://elsewhere.example/pixel.png',
        sample: '',
        count: 1,
      },
    ]);
  }, 60_000);

  it('hide what they cannot place or decide, say so to the admin, and record it', async () => {
    await go('/apps/wb-flagged');
    await page.getByRole('heading', { name: 'We can’t find this page' }).waitFor();
    await go('/admin');
    await page.getByText(/modules are not shown/).click();
    await page
      .getByText('wb-flagged (generalPages): its conditions are not fulfilled here')
      .waitFor();
    await page.getByText('wb-report (jiraReports): this site has no such place').waitFor();
    const recorded = bench.local.unmodelled().map(({ room, what }) => `${room}: ${what}`);
    expect(recorded).toContain('pages: Connect condition feature_flag');
    expect(recorded).toContain('pages: modules of type jiraReports');
  }, 60_000);

  it('find issues by JQL, and set entity properties as Automation does', async () => {
    await go('/browse/WB-3');
    await page.getByRole('heading', { name: 'Entity properties' }).click();
    const form = page.getByRole('form', { name: 'Write as Automation' });
    await form.getByLabel('Key').fill('stage');
    await form.getByLabel('Value, JSON').fill('{"done":3}');
    await form.getByRole('button', { name: 'Set property' }).click();
    await page.getByRole('heading', { name: 'Entity properties' }).click();
    await page.getByText('{"done":3}').waitFor();
    await go(`/issues?jql=${encodeURIComponent('project = WB and summary ~ vice')}`);
    await page.getByRole('link', { name: 'The vice does not close' }).waitFor();
    expect(await page.getByRole('link', { name: /chisels/ }).count()).toBe(0);
    await page.getByLabel('JQL').fill('project = nonsense (');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('alert').waitFor();
  }, 60_000);

  it('change to the dark theme, and the frames follow', async () => {
    await go('/apps/wb-moved');
    await page.getByRole('button', { name: 'Change to the dark theme' }).click();
    await heading(frame('forge-wb-moved'), 'wb-moved on Forge');
    const element = await page.locator('#forge-wb-moved iframe').elementHandle();
    const app = await element.contentFrame();
    expect(await app?.evaluate(() => document.documentElement.dataset['colorMode'])).toBe('dark');
    expect(await page.evaluate(() => document.documentElement.dataset['colorMode'])).toBe('dark');
  }, 60_000);
});
