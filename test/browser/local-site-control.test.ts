import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { startTestControl } from '../../local-site/control/test-control.ts';
import type { TestControl } from '../../local-site/control/test-control.ts';
import { launchChromium } from '../support/chromium.ts';

const HOUR = 3_600_000;

describe('the control page', () => {
  let world: TestControl;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    world = await startTestControl({
      sites: [
        { slug: 'main', displayName: 'Tally demo' },
        { slug: 'other', displayName: 'Other Inc.' },
      ],
    });
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(world.url);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const section = (id: string): Locator => page.locator(`#${id}`);
  const says = (text: string): Promise<void> =>
    page.locator('#flags .flag', { hasText: text }).first().waitFor();

  it('moves the clock by a button, and shows the new time', async () => {
    const before = world.local.clock.now();
    await section('clock').getByRole('button', { name: '1 h', exact: true }).click();
    await says('The clock moved on by 1 h.');
    expect(world.local.clock.now() - before).toBeGreaterThanOrEqual(HOUR);
    await section('clock')
      .getByText(/ahead of this machine/)
      .waitFor();
    const shown = await page.locator('.ctl-now').textContent();
    const time = Date.parse(`${(shown ?? '').replace(' ', 'T')}Z`);
    expect(Math.abs(time - world.local.clock.now())).toBeLessThan(60_000);
  });

  it('stops the clock and lets it run again', async () => {
    await section('clock').getByRole('button', { name: 'Pause' }).click();
    await section('clock').getByRole('button', { name: 'Resume' }).click();
    await section('clock').getByRole('button', { name: 'Pause' }).waitFor();
    await says('The clock runs.');
  });

  it('plans a fault that then strikes the next call, and lists it', async () => {
    const form = section('faults').locator('form', { hasText: 'Text matches' });
    await form.getByLabel('Border').selectOption('storage.function');
    await form.getByLabel('Fault').selectOption('throttle');
    await form.getByLabel('Text matches').fill('/set$');
    await form.getByRole('button', { name: 'Add' }).click();
    await says('Added to the script.');
    await section('faults')
      .getByRole('row', { name: /storage\.function throttle/ })
      .waitFor();
    await expect(world.resolve('keep', { key: 'a', value: 'b' })).rejects.toThrow('(429)');
    await section('faults')
      .getByRole('row', { name: /main \/set 1 throttle/ })
      .waitFor();
    expect(await world.resolve('keep', { key: 'a', value: 'b' })).toMatchObject({ back: 'b' });
  });

  it('offers only the faults that can happen at a border', async () => {
    const form = section('faults').locator('form', { hasText: 'Text matches' });
    const offered = (): Promise<(string | null)[]> =>
      form.locator('select[name=kind] option:not([hidden])').allTextContents();
    await form.getByLabel('Border').selectOption('invoke');
    expect(await offered()).toContain('crash');
    await form.getByLabel('Border').selectOption('event');
    expect(await offered()).not.toContain('crash');
    expect(await offered()).not.toContain('throttle');
  });

  it('changes a lag, and refuses what makes no sense with a sentence', async () => {
    await page.reload();
    const row = section('switches').locator('li', { hasText: 'storage.queryLagMs' });
    await row.getByLabel('from').fill('7');
    await row.getByLabel('to').fill('8');
    await row.getByRole('button', { name: 'Set' }).click();
    await says('storage.queryLagMs is {"min":7,"max":8}.');
    expect(world.local.store.switches.queryLagMs).toEqual({ min: 7, max: 8 });
    await row.getByLabel('from').fill('9');
    await row.getByRole('button', { name: 'Set' }).click();
    await says('min may not pass max');
    expect(world.local.store.switches.queryLagMs).toEqual({ min: 7, max: 8 });
  });

  it('installs the app on another site and takes it off again', async () => {
    const other = world.local.sites.get('other')!;
    const row = section('tenants').getByRole('row', { name: /Other Inc\./ });
    await row.getByText('Actions').click();
    await row.getByRole('button', { name: 'Install on Forge' }).click();
    await says('Other Inc. runs the Forge app.');
    expect(other.generation).toBe('hybrid');
    await row.getByText('Connect on Forge').waitFor();
    await section('quotas')
      .getByRole('row', { name: /^other/ })
      .waitFor();
    await row.getByText('Actions').click();
    await row.getByRole('button', { name: 'Uninstall', exact: true }).click();
    await says('The app is gone from Other Inc.');
    await row.getByText('No app').waitFor();
    expect(other.generation).toBe('none');
  });

  it('shows what functions did without being reloaded', async () => {
    await world.resolve('logs');
    await world.resolve('beyond', { call: 'sql' });
    const run = section('functions').locator('tr', { hasText: '1 line' }).first();
    await run.getByText('1 line').click();
    await run.getByText('warn: from the function { n: 1 }').waitFor();
    await section('unmodelled')
      .getByRole('row', { name: /Forge SQL/ })
      .waitFor();
  });

  it('cannot be shown inside a page of the app', async () => {
    const frame = await browser.newPage();
    await frame.route('http://app.invalid/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${world.url}"></iframe>` }),
    );
    await frame.goto('http://app.invalid/');
    const inside = frame.frames().find((each) => each !== frame.mainFrame());
    expect(await inside?.locator('h1').count()).toBe(0);
    await frame.close();
  });
});
