import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { HarnessBrowser } from '../testing/browser.ts';
import { harnessBrowser } from '../testing/browser.ts';
import type { Harness } from '../testing/harness.tsx';
import { until } from '../testing/until.ts';

declare const window: { readonly harness: Harness };

let browser: HarnessBrowser;
let page: Page;

beforeAll(async () => {
  browser = await harnessBrowser();
});
afterAll(async () => {
  await browser.close();
});
beforeEach(async () => {
  page = await browser.open('page=templates');
});
afterEach(async () => {
  await page.context().close();
});

const stored = () => page.evaluate(() => window.harness.host.store.templatesOfProject('10000'));
const show = () => page.evaluate(() => window.harness.show());

describe('the template page', () => {
  it('creates a template with items in the order given, and shows it', async () => {
    await show();
    await page.getByRole('button', { name: 'New template' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Definition of done');
    await page.getByPlaceholder('Add an item').click();
    for (const text of ['Tests', 'Docs']) {
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    }
    await page.getByLabel('Required').first().check();
    await page.getByRole('button', { name: 'Move: Docs' }).focus();
    for (const key of ['Space', 'ArrowUp', 'Space']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Definition of done' }).waitFor();
    const [template] = await stored();
    expect(template?.items.map(({ text, mandatory }) => [text, mandatory])).toEqual([
      ['Docs', false],
      ['Tests', true],
    ]);
  });

  it('keeps what was typed when saving is refused, and publishes a new revision when it is not', async () => {
    await page.evaluate(() => window.harness.host.createTemplate({ name: 'Triage', items: [] }));
    await show();
    await page.getByRole('button', { name: 'Edit Triage' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Bug triage');
    await page.evaluate(() => window.harness.failNext('internal', 'Something went wrong.'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('The template was not saved.').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Bug triage');
    await page.getByRole('button', { name: 'Save' }).click();
    const templates = await until(stored, ([template]) => template?.revision === 2);
    expect(templates[0]?.name).toBe('Bug triage');
  });

  it('asks before it deletes', async () => {
    await page.evaluate(() => window.harness.host.createTemplate({ name: 'Triage', items: [] }));
    await show();
    await page.getByRole('button', { name: 'Delete Triage' }).click();
    expect(await stored()).toHaveLength(1);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('No templates yet').waitFor();
    expect(await stored()).toHaveLength(0);
  });

  it('shows an error, not "no templates", when they cannot be read', async () => {
    await page.evaluate(() => {
      window.harness.host.unreachable = true;
    });
    await show();
    await page.getByRole('alert').getByText('The templates cannot be shown right now.').waitFor();
    expect(await page.getByText('No templates yet').count()).toBe(0);
  });
});
