import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tenantProgress } from 'crossgrade/postgres';
import type { Issue, Site } from 'crossgrade-local-site';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { forgeTallyClient } from '../../demo/forge-tally-client.ts';
import { createList, issueToken } from '../../demo/seed.ts';
import { TallyClient } from '../../demo/tally-client.ts';
import { launchChromium } from '../support/chromium.ts';
import { startInProcessStack, type InProcessStack } from '../support/in-process-stack.ts';

/**
 * Both panels open on one issue in one browser window, through the whole move: what a person does in one shows in the other
 * as soon as they turn to it, in every stage. `SCREENSHOTS` names a folder for pictures of each stage.
 */
const ends: (() => Promise<unknown>)[] = [];
let stack: InProcessStack;
let browser: Browser;
let page: Page;
let site: Site;
let issue: Issue;

beforeAll(async () => {
  stack = await startInProcessStack({
    remotePort: 4_560,
    sites: [{ slug: 'main', displayName: 'Two panels' }],
    backfillShare: 0.7,
  });
  ends.push(() => stack.stop());
  site = stack.local.sites.get('main')!;
  await stack.local.connect.install(site, `${stack.remoteUrl}/atlassian-connect.json`);
  const project = stack.local.jira.addProject(site, 'TALLY', 'Tally');
  issue = stack.local.jira.addIssue(site, { projectKey: project.key, summary: 'Ship it' });
  await createList(
    new TallyClient(stack.remoteUrl),
    issueToken(stack.local.connect, site, issue),
    issue,
    {
      name: 'Definition of Done',
      items: ['Tested', 'Documented', 'Translated', 'Released'].map((text) => ({ text })),
    },
  );
  await stack.local.upgradeInPlace(site);
  browser = await launchChromium();
  ends.push(() => browser.close());
  page = await browser.newPage({ viewport: { width: 1_280, height: 1_300 } });
  await page.goto(`${site.baseUrl}/browse/${issue.key}`);
  await page.getByRole('button', { name: 'Add Checklists (new)' }).click();
  await box('forge', 'Released').waitFor();
}, 180_000);

afterAll(async () => {
  for (const end of ends.reverse()) await end();
}, 60_000);

type Which = 'legacy' | 'forge';
const FRAMES = { legacy: '#connect-tally-issue-panel iframe', forge: '#forge-checklists iframe' };
const panel = (which: Which): FrameLocator => page.frameLocator(FRAMES[which]);
const box = (which: Which, name: string) => panel(which).getByRole('checkbox', { name });

/** Turns to a panel, as a click into it does. */
async function turnTo(which: Which): Promise<void> {
  await panel(which).getByTestId('summary').click();
  await panel(which)
    .locator('body')
    .evaluate(() => window.dispatchEvent(new Event('focus')));
}

/** Resolves when the panel's next change is answered. */
function saved(which: Which): Promise<unknown> {
  return page.waitForResponse(
    (answer) => {
      const request = answer.request();
      return which === 'legacy'
        ? request.method() === 'PATCH' && request.url().includes('/api/lists/')
        : request.url().endsWith('/_local/bridge') &&
            (request.postData() ?? '').includes('"editItem"');
    },
    { timeout: 30_000 },
  );
}

async function tick(which: Which, name: string, isDone = true): Promise<void> {
  const answered = saved(which);
  await box(which, name).setChecked(isDone);
  await answered;
}

/** Looks at a panel until it shows the box so. */
async function shows(which: Which, name: string, isDone: boolean): Promise<void> {
  await until(`${name} is ${isDone ? '' : 'not '}ticked in the ${which} panel`, async () => {
    await turnTo(which);
    return (await box(which, name).isChecked()) === isDone;
  });
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`never happened: ${what}`);
}

async function isVerified(): Promise<boolean> {
  const progress = await tenantProgress(stack.pool, site.clientKey, 'checklists');
  return progress.stage === 'verify' && progress.differences === 0 && progress.dirty === 0;
}

/** Gives an order with plan and apply; again while a check refuses it for the moment. */
async function order(command: string, ...words: string[]): Promise<void> {
  const tenant = site.clientKey;
  let said: unknown;
  for (let attempt = 0; attempt < 20; attempt++) {
    const plan = await stack.operator.run([command, tenant, '--plan']);
    const epoch = String(plan.json?.['epoch']);
    const done = await stack.operator.run([command, tenant, '--expect-epoch', epoch, ...words]);
    if (done.code === 0) return;
    said = done.json;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error(`${command}: ${JSON.stringify(said)}`);
}

async function picture(name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** One round: each panel shows what the other one did, and the stores' two ways in agree. */
async function eachSeesTheOther(stage: string): Promise<void> {
  await turnTo('forge');
  await tick('forge', 'Tested');
  await shows('legacy', 'Tested', true);
  await tick('legacy', 'Documented');
  await shows('forge', 'Documented', true);
  await tick('forge', 'Documented', false);
  await shows('legacy', 'Documented', false);
  await tick('legacy', 'Tested', false);
  await shows('forge', 'Tested', false);
  await picture(stage);
  const byPage = await forgeTallyClient(site, issue).lists();
  const token = issueToken(stack.local.connect, site, issue);
  const byLegacy = await new TallyClient(stack.remoteUrl).lists(token, issue.id);
  expect(byPage).toEqual(byLegacy);
  expect(byPage.status).toBe(200);
}

describe('two panels on one issue', () => {
  it('see each other’s changes while everything is being copied and checked', async () => {
    await until('the copy is verified', isVerified);
    await eachSeesTheOther('1-verify');
  }, 120_000);

  it('keep what is ticked in the middle of a cut-over', async () => {
    const state = { isOver: false };
    const ordered = order('cutover').finally(() => (state.isOver = true));
    let isDone = false;
    for (let round = 0; !state.isOver || !isDone; round++) {
      isDone = round % 2 === 0;
      await Promise.all([tick('legacy', 'Translated', isDone), tick('forge', 'Released', isDone)]);
    }
    await ordered;
    const { body } = await forgeTallyClient(site, issue).lists();
    const done = body.lists[0]!.items.filter((item) => item.done).map(({ text }) => text);
    expect(done).toEqual(['Translated', 'Released']);
    for (const which of ['legacy', 'forge'] as const) {
      for (const name of done) await shows(which, name, true);
    }
  }, 120_000);

  it('see each other’s changes while Atlassian’s store has the word', async () => {
    await eachSeesTheOther('2-live');
    const entry = panel('forge').getByRole('textbox', {
      name: 'Add an item to Definition of Done',
    });
    await entry.fill('Announced');
    await entry.press('Enter');
    await until('the new item is in the legacy panel', async () => {
      await turnTo('legacy');
      return (await box('legacy', 'Announced').count()) === 1;
    });
    await tick('forge', 'Announced');
    await shows('legacy', 'Announced', true);
    await picture('3-live-added');
  }, 120_000);

  it('and the administrator reads where the checklists are', async () => {
    const admin = await browser.newPage({ viewport: { width: 1_280, height: 1_300 } });
    await admin.goto(`${site.baseUrl}/admin/upgrade`);
    const tab = admin.frameLocator('#forge-upgrade iframe');
    await tab.getByText('Your checklists are stored at Atlassian now.').waitFor();
    const folder = process.env['SCREENSHOTS'];
    if (folder !== undefined) await admin.screenshot({ path: join(folder, '4-upgrade-live.png') });
    await admin.close();
  }, 60_000);

  it('see each other’s changes after a rollback, and everything made meanwhile', async () => {
    await order('rollback', '--reason', 'a test');
    await shows('legacy', 'Announced', true);
    await shows('forge', 'Announced', true);
    await shows('forge', 'Released', true);
    await eachSeesTheOther('5-rolled-back');
  }, 120_000);

  it('work on when the move has ended, and the older one points to the newer one', async () => {
    await until('the copy is verified', isVerified);
    await order('cutover');
    await order('settle');
    await order('finalize', '--reason', 'a test', '--confirm', site.clientKey);
    await page.reload();
    await box('forge', 'Announced').waitFor();
    await panel('legacy').getByText('Checklists have a new panel.').waitFor();
    expect(await panel('forge').getByText('Checklists have a new panel.').count()).toBe(0);
    await eachSeesTheOther('6-final');
    expect(stack.local.unmodelled()).toEqual([]);
  }, 180_000);
});
