import type { Page } from 'playwright-core';
import type { List } from '../../checklist/index.ts';
import type { HarnessBrowser } from './browser.ts';
import type { Harness } from './harness.tsx';
import { until } from './until.ts';

declare const window: { readonly harness: Harness } & EventTarget;

/** The issue panel in a real browser, and what its host holds. */
export class PanelDriver {
  readonly page: Page;
  /** What the browser complained about: errors, and violations of the policy. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  /** Opens the panel over one list "Release" with these items; without items there is no list. */
  static async open(browser: HarnessBrowser, items: string[] = []): Promise<PanelDriver> {
    const driver = new PanelDriver(await browser.open('page=panel'));
    await driver.page.evaluate(async (texts) => {
      const body = { name: 'Release', items: texts.map((text) => ({ text })) };
      if (texts.length > 0) await window.harness.host.addList(body);
    }, items);
    return driver;
  }

  async show(): Promise<void> {
    await this.page.evaluate(() => window.harness.show());
  }

  /** What the host holds. */
  async stored(): Promise<List[]> {
    return this.page.evaluate(() => window.harness.host.store.listsOfIssue('10001'));
  }

  /** The texts of the first list, stored, once they are as wanted or ten seconds have passed. */
  async storedTexts(wanted: readonly string[]): Promise<string[]> {
    const ask = async (): Promise<string[]> =>
      (await this.stored())[0]?.items.map(({ text }) => text) ?? [];
    return until(ask, (texts) => texts.join('\n') === wanted.join('\n'));
  }

  /** The texts on the page, in order. */
  async shownTexts(): Promise<string[]> {
    return this.page.locator('.item-text').allTextContents();
  }

  /** What the live region last said. */
  async announced(): Promise<string> {
    return (await this.page.locator('[aria-live=assertive]').textContent()) ?? '';
  }

  async setUnreachable(unreachable: boolean): Promise<void> {
    await this.page.evaluate((value) => {
      window.harness.host.unreachable = value;
    }, unreachable);
  }

  /** Comes back to the tab, which makes the panel look again. */
  async comeBack(): Promise<void> {
    await this.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
