import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { UpgradeStatus } from '../../checklist/index.ts';
import type { HarnessBrowser } from '../testing/browser.ts';
import { harnessBrowser } from '../testing/browser.ts';
import type { Harness } from '../testing/harness.tsx';

declare const window: { readonly harness: Harness };

const STATUS: UpgradeStatus = {
  state: 'needs-attention',
  recordsTotal: 200,
  recordsCopied: 150,
  differences: 0,
  startedAt: '2026-11-24T16:50:00.000Z',
  lastCheckedAt: null,
  expectedEndAt: null,
  setAside: [{ key: 'l1', what: 'Checklist “Big”', reason: 'It is too large.', issueId: '10042' }],
  link: { state: 'linked', channels: ['token'], reason: null },
};

let browser: HarnessBrowser;
let page: Page;

beforeAll(async () => {
  browser = await harnessBrowser();
});
afterAll(async () => {
  await browser.close();
});
afterEach(async () => {
  await page.context().close();
});

async function open(query: string, status = STATUS): Promise<void> {
  page = await browser.open(query);
  await page.evaluate((value) => {
    window.harness.host.status = value;
    window.harness.show();
  }, status);
}

describe('the Upgrade tab', () => {
  it('says the state in a sentence, how far the copy is, and what was left aside and why', async () => {
    await open('page=upgrade');
    await page.getByText('The copy to Atlassian is not complete.').waitFor();
    expect(await page.getByTestId('progress-label').textContent()).toBe('150 of 200 copied');
    const bar = page.getByRole('progressbar', { name: 'Copied to Atlassian' });
    expect(await bar.getAttribute('aria-valuenow')).toBe('75');
    const row = page.getByRole('row', { name: /Checklist “Big”/ });
    expect(await row.textContent()).toContain('It is too large.');
  });

  it('gives the log and everything as files', async () => {
    await open('page=upgrade');
    const files: string[] = [];
    for (const name of ['Download log', 'Download everything']) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name }).click();
      const file = await download;
      files.push(`${file.suggestedFilename()}: ${await readFile(await file.path(), 'utf8')}`);
    }
    expect(files[0]).toMatch(/^tally-upgrade-log\.csv: what,value,reason\r\n/);
    expect(files[0]).toContain('Checklist “Big”,l1,It is too large.');
    expect(files[1]).toBe('tally-export.json: {"lists":[]}');
  });

  it('shows an error instead of a state it does not know', async () => {
    page = await browser.open('page=upgrade');
    await page.evaluate(() => {
      window.harness.host.unreachable = true;
      window.harness.show();
    });
    await page.getByRole('alert').getByText('cannot be shown right now').waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
  });
});

describe('the settings', () => {
  it('are saved without touching keys the page does not know, and reach by keyboard the other tab', async () => {
    page = await browser.open('page=admin');
    await page.evaluate(async () => {
      await window.harness.host.putSetting('site', { later: [1], hideDone: true });
      window.harness.show();
    });
    expect(await page.getByLabel('Hide finished items').isChecked()).toBe(true);
    await page.getByLabel('Name of a new checklist').fill('To do');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    const value = await page.evaluate(() => window.harness.host.store.setting('site'));
    expect(value).toEqual({ later: [1], hideDone: true, defaultListName: 'To do' });
    await page.getByRole('tab', { name: 'Settings' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Is my work safe?' }).waitFor();
  });
});
