import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { startWorkbench } from '../../local-site/browser/testing/workbench/start-workbench.ts';
import type { Workbench } from '../../local-site/browser/testing/workbench/start-workbench.ts';
import { launchChromium } from '../support/chromium.ts';

describe('the workflow editor and dashboards of the local site', () => {
  let bench: Workbench;
  let browser: Browser;
  let context: BrowserContext | undefined;
  let page: Page;
  const logged: string[] = [];

  const go = (path: string): Promise<unknown> => page.goto(bench.site.baseUrl + path);
  const form = (): FrameLocator => page.frameLocator('.rule-form iframe');
  const transitionCard = (name: string): ReturnType<Page['getByRole']> =>
    page.getByRole('region', { name, exact: true });
  /** Opens the form that adds a rule to a transition. */
  const addRule = async (transition: string, rule: RegExp): Promise<void> => {
    await go('/projects/WB/workflow');
    await transitionCard(transition).getByText('Add rule').click();
    await transitionCard(transition).getByRole('link', { name: rule }).click();
  };
  const press = (name: string): Promise<void> =>
    page.getByRole('form', { name: 'Transitions' }).getByRole('button', { name }).click();

  beforeAll(async () => {
    bench = await startWorkbench({
      onLog: (line) => logged.push(JSON.stringify(line)),
    });
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

  it('take the configuration of a Forge rule from the app, and not from an unfinished form', async () => {
    await addRule('Done', /^Only the word allow/);
    await form().getByLabel('Word').waitFor();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('The rule was not saved').waitFor();
    await form().getByLabel('Word').fill('oak');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const summary = transitionCard('Done').locator('iframe').contentFrame();
    await summary.getByText('Configured: oak').waitFor();
    const rules = bench.local.jira.workflows.rules(bench.site, 'WB');
    expect(rules.map(({ rule }) => [rule.kind, rule.savedAs, rule.configuration])).toEqual([
      ['validator', 'forge', '{"word":"oak"}'],
    ]);
  }, 60_000);

  it('run the rule when somebody presses the transition, and show why it was refused', async () => {
    await go('/browse/WB-1');
    await press('Done');
    await page.getByRole('alert').getByText('WB-1 may not go on: oak.').waitFor();
    await page.getByText('To Do', { exact: true }).first().waitFor();
    await go('/projects/WB/workflow');
    await page.getByRole('link', { name: 'Edit' }).click();
    expect(await form().getByLabel('Word').inputValue()).toBe('oak');
    await form().getByLabel('Word').fill('allow');
    await page.getByRole('button', { name: 'Update' }).click();
    await transitionCard('Done')
      .locator('iframe')
      .contentFrame()
      .getByText('Configured: allow')
      .waitFor();
    await go('/browse/WB-1');
    await press('Done');
    await page.locator('.status-button', { hasText: 'Done' }).waitFor();
  }, 60_000);

  it('run a post function of Forge after the transition', async () => {
    await addRule('In Progress', /^Say it was done/);
    await page.getByText('There is nothing to configure.').waitFor();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await transitionCard('In Progress').locator('.rule').waitFor();
    await go('/browse/WB-2');
    await press('In Progress');
    await page.locator('.status-button', { hasText: 'In Progress' }).waitFor();
    await bench.local.jira.idle();
    // What a function writes arrives after its answer.
    while (!logged.some((line) => line.includes('after WB-2'))) await page.waitForTimeout(50);
  }, 60_000);

  it('save a Connect rule by AP.jira.WorkflowConfiguration, and hide a transition by it', async () => {
    await addRule('To Do', /^Summary has a word/);
    await form().getByLabel('Word').waitFor();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('The rule was not saved').waitFor();
    await form().getByLabel('Word').fill('oak');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await transitionCard('To Do').locator('iframe').contentFrame().getByText('oak').waitFor();
    const transitions = (key: string): Promise<string[]> =>
      go(`/browse/${key}`).then(() =>
        page.getByRole('form', { name: 'Transitions' }).getByRole('button').allInnerTexts(),
      );
    expect((await transitions('WB-3')).some((name) => name.includes('To Do'))).toBe(true);
    expect((await transitions('WB-2')).some((name) => name.includes('To Do'))).toBe(false);
    await go('/projects/WB/workflow');
    await transitionCard('To Do').getByRole('button', { name: 'Remove' }).click();
    await transitionCard('To Do').getByText('No rules of apps.').waitFor();
  }, 60_000);

  it('let people who do not administer the project look only', async () => {
    const uma = bench.site.users[1]!;
    await context!.addCookies([
      {
        name: 'local_user_main',
        value: encodeURIComponent(uma.accountId),
        url: bench.site.baseUrl,
      },
    ]);
    await go('/projects/WB/workflow');
    await transitionCard('Done').waitFor();
    expect(await page.getByText('Add rule').count()).toBe(0);
    const refused = await page.request.post(`${bench.site.baseUrl}/_local/workflow/remove`, {
      data: { projectKey: 'WB', ruleId: 'any' },
      headers: { origin: bench.local.urls.site },
    });
    expect(refused.status()).toBe(403);
  }, 60_000);

  it('show gadgets of both kinds and let each be configured in its own way', async () => {
    await go('/jira/dashboards');
    await page.getByLabel('Name').fill('Workshop');
    await page.getByRole('button', { name: 'Create dashboard' }).click();
    await page.getByText('Add gadget').click();
    await page.getByRole('button', { name: /^Forge gadget/ }).click();
    const forge = page.getByRole('region', { name: 'Forge gadget' });
    const forgeFrame = forge.locator('iframe').contentFrame();
    await forgeFrame.getByLabel('Word').fill('walnut');
    await forgeFrame.getByRole('button', { name: 'Save' }).click();
    await forgeFrame.getByText('Configured: walnut').waitFor();

    await page.getByText('Add gadget').click();
    await page.getByRole('button', { name: /^Connect gadget/ }).click();
    const connect = page.locator('[data-gadget]').nth(1);
    const connectFrame = connect.locator('iframe').contentFrame();
    await connectFrame.getByText('Configured: nothing yet').waitFor();
    await connect.getByLabel('More about Connect gadget').click();
    await connect.getByRole('button', { name: 'Configure' }).click();
    await connectFrame.getByLabel('Word').fill('beech');
    await connectFrame.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Connect gadget: beech' }).waitFor();
    await connect.getByRole('button', { name: /^Refresh/ }).click();
    await connectFrame.getByText('Configured: beech').waitFor();
  }, 90_000);
});
