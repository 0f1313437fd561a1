import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tenantProgress } from 'crossgrade/postgres';
import type { Issue, Site } from 'crossgrade-local-site';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { createList, issueToken } from '../../demo/seed.ts';
import { TallyClient } from '../../demo/tally-client.ts';
import { launchChromium } from '../support/chromium.ts';
import { startInProcessStack, type InProcessStack } from '../support/in-process-stack.ts';

/**
 * The whole house, in a browser: a person ticks a box on the Connect app, the site is upgraded in place, the person finds the
 * tick, makes another, and the admin reads in the Upgrade tab (a Forge function) that everything was copied and checked.
 */
const ends: (() => Promise<unknown>)[] = [];
let stack: InProcessStack;
let browser: Browser;
let page: Page;
let site: Site;
let issue: Issue;

beforeAll(async () => {
  // A server of its own, not the one of the other tests: the demo's stack brings everything with it.
  stack = await startInProcessStack({
    remotePort: 4_520,
    sites: [{ slug: 'main', displayName: 'Browser test' }],
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
      items: [{ text: 'Tested' }, { text: 'Documented' }, { text: 'Released' }],
    },
  );
  browser = await launchChromium();
  ends.push(() => browser.close());
  page = await browser.newPage();
}, 120_000);

afterAll(async () => {
  for (const end of ends.reverse()) await end();
}, 60_000);

const panel = (): FrameLocator => page.frameLocator('#connect-tally-issue-panel iframe');
const box = (name: string) => panel().getByRole('checkbox', { name });
const openIssue = () => page.goto(`${site.baseUrl}/browse/${issue.key}`);

/** Ticks and waits until the server has it: the panel shows a tick before it is saved. */
async function tick(name: string): Promise<void> {
  const saved = page.waitForResponse(
    (answer) => answer.request().method() === 'PATCH' && answer.status() === 200,
  );
  await box(name).check();
  await saved;
}

/** What Forge storage holds of the list, past all quotas. */
function storedItems(): { text: string; done: boolean }[] {
  for (const item of stack.local.store.inspect(site.installationId ?? '')) {
    if (item.entityName !== 'tally-list') continue;
    return (item.value as { doc: { items: { text: string; done: boolean }[] } }).doc.items;
  }
  return [];
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never happened: ${what}`);
}

it('runs what the real bundler made, where CROSSGRADE_ARTIFACT names it', () => {
  const { bundleDir } = stack.local.platform.app!;
  const isArtifact = existsSync(join(bundleDir, 'runtime.json'));
  expect(isArtifact).toBe(process.env['CROSSGRADE_ARTIFACT'] !== undefined);
});

describe('a person, before and after the upgrade in place', () => {
  it('ticks a box on Connect and finds it ticked after a reload', async () => {
    await openIssue();
    await tick('Tested');
    await openIssue();
    await box('Tested').waitFor();
    expect(await box('Tested').isChecked()).toBe(true);
    expect(await box('Documented').isChecked()).toBe(false);
  }, 60_000);

  it('finds the tick kept after the upgrade, ticks on, and both ticks arrive in Forge', async () => {
    await stack.local.upgradeInPlace(site);
    expect(site.generation).toBe('hybrid');
    await openIssue();
    await box('Tested').waitFor();
    expect(await box('Tested').isChecked()).toBe(true);
    await tick('Released');
    await until('the copy is verified', async () => {
      const progress = await tenantProgress(stack.pool, site.clientKey, 'checklists');
      return progress.stage === 'verify' && progress.differences === 0 && progress.dirty === 0;
    });
    expect(storedItems().map(({ text, done }) => [text, done])).toEqual([
      ['Tested', true],
      ['Documented', false],
      ['Released', true],
    ]);
  }, 90_000);

  it('reads in the Upgrade tab, which a Forge function serves, that all was copied and nothing differs', async () => {
    await page.goto(`${site.baseUrl}/admin/upgrade`);
    const tab = page.frameLocator('#forge-upgrade iframe');
    await tab.getByRole('heading', { name: 'Is my work safe?' }).waitFor();
    const text = await tab.locator('body').innerText();
    expect(text).toMatch(/1 of 1/);
    // The customer's words, never ours.
    expect(text).not.toMatch(/\b(stage|epoch|bucket|backfill)\b/i);
    expect(stack.local.unmodelled()).toEqual([]);
  }, 60_000);
});
