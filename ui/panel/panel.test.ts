import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { HarnessBrowser } from '../testing/browser.ts';
import { harnessBrowser } from '../testing/browser.ts';
import type { Harness } from '../testing/harness.tsx';
import { PanelDriver } from '../testing/panel-driver.ts';
import { until } from '../testing/until.ts';

declare const window: { readonly harness: Harness };

let browser: HarnessBrowser;
let panel: PanelDriver;

beforeAll(async () => {
  browser = await harnessBrowser();
});
afterAll(async () => {
  await browser.close();
});
afterEach(async () => {
  const { complaints } = panel;
  await panel.close();
  expect(complaints).toEqual([]);
});

async function openPanel(items: string[] = ['Alpha', 'Beta', 'Gamma', 'Delta']): Promise<void> {
  panel = await PanelDriver.open(browser, items);
  await panel.show();
  await panel.page.getByRole('heading', { level: 2 }).first().waitFor();
}

describe('ticking and editing', () => {
  it('shows a tick before it is saved, and saves it', async () => {
    await openPanel();
    const { page } = panel;
    await page.evaluate(() => (window.harness.host.delay = 400));
    await page.getByRole('checkbox', { name: 'Beta' }).check();
    expect(await page.getByTestId('summary').textContent()).toBe('1 of 4 done');
    expect((await panel.stored())[0]?.items[1]?.done).toBe(false);
    const lists = await until(
      () => panel.stored(),
      ([list]) => list?.items[1]?.done === true,
    );
    expect(lists[0]?.items.map(({ done }) => done)).toEqual([false, true, false, false]);
  });

  it('takes a tick back and says why when it is refused', async () => {
    await openPanel();
    const { page } = panel;
    await page.evaluate(() => window.harness.failNext('not_found', 'This item does not exist.'));
    await page.getByRole('checkbox', { name: 'Beta' }).click();
    await page.getByRole('alert').getByText('The change was not saved.').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Beta' }).isChecked()).toBe(false);
  });

  it('adds items one after the other without leaving the field', async () => {
    await openPanel(['Alpha']);
    const { page } = panel;
    await page.getByPlaceholder('Add an item').fill('Beta');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Gamma');
    await page.keyboard.press('Enter');
    const wanted = ['Alpha', 'Beta', 'Gamma'];
    expect(await panel.storedTexts(wanted)).toEqual(wanted);
    expect(await panel.shownTexts()).toEqual(wanted);
  });

  it('edits a text in place and gives the focus back to it', async () => {
    await openPanel();
    const { page } = panel;
    await page.getByRole('button', { name: 'Edit: Beta' }).click();
    await page.keyboard.type('Better');
    await page.keyboard.press('Enter');
    const wanted = ['Alpha', 'Better', 'Gamma', 'Delta'];
    expect(await panel.storedTexts(wanted)).toEqual(wanted);
    const focused = page.locator(':focus');
    expect(await focused.getAttribute('aria-label')).toBe('Edit: Better');
  });

  it('deletes an item and brings it back to its place on undo', async () => {
    await openPanel();
    const { page } = panel;
    await page.getByRole('button', { name: 'Actions for Beta' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const without = ['Alpha', 'Gamma', 'Delta'];
    expect(await panel.storedTexts(without)).toEqual(without);
    await page.getByRole('button', { name: 'Undo' }).click();
    const all = ['Alpha', 'Beta', 'Gamma', 'Delta'];
    expect(await panel.storedTexts(all)).toEqual(all);
  });

  it('renames, adds, orders and deletes lists, and applies a template', async () => {
    await openPanel(['Alpha']);
    const { page } = panel;
    await page.evaluate(() =>
      window.harness.host.createTemplate({ name: 'Done means done', items: [{ text: 'Docs' }] }),
    );
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Done means done' }).click();
    await page.getByRole('heading', { name: 'Done means done' }).waitFor();

    await page.getByRole('button', { name: 'Actions for Release', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.keyboard.type('Ship it');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Actions for Ship it' }).click();
    await page.getByRole('menuitem', { name: 'Move down' }).click();
    const names = (lists: { name: string }[]): string => lists.map(({ name }) => name).join();
    const moved = await until(
      () => panel.stored(),
      (lists) => names(lists) === 'Done means done,Ship it',
    );
    expect(names(moved)).toBe('Done means done,Ship it');

    await page.getByRole('button', { name: 'Actions for Ship it' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const left = await until(
      () => panel.stored(),
      (lists) => lists.length === 1,
    );
    expect(names(left)).toBe('Done means done');
  });
});

describe('order', () => {
  it('moves an item with the keyboard, announces it, and saves it on the drop only', async () => {
    await openPanel();
    const { page } = panel;
    await page.getByRole('button', { name: 'Move: Alpha' }).focus();
    await page.keyboard.press('Space');
    expect(await panel.announced()).toContain('Alpha: picked up. Position 1 of 4.');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await panel.announced()).toContain('Position 3 of 4.');
    expect(await panel.shownTexts()).toEqual(['Beta', 'Gamma', 'Alpha', 'Delta']);
    const before = (await panel.stored())[0]?.items.map(({ text }) => text);
    expect(before).toEqual(['Alpha', 'Beta', 'Gamma', 'Delta']);
    await page.keyboard.press('Space');
    const wanted = ['Beta', 'Gamma', 'Alpha', 'Delta'];
    expect(await panel.storedTexts(wanted)).toEqual(wanted);
    expect(await panel.announced()).toContain('dropped. Position 3 of 4.');
    const focused = page.locator(':focus');
    expect(await focused.getAttribute('aria-label')).toBe('Move: Alpha');
  });

  it('puts the item back on Escape and keeps the focus on its grip', async () => {
    await openPanel();
    const { page } = panel;
    await page.getByRole('button', { name: 'Move: Delta' }).focus();
    for (const key of ['Space', 'Home', 'Escape']) await page.keyboard.press(key);
    expect(await panel.shownTexts()).toEqual(['Alpha', 'Beta', 'Gamma', 'Delta']);
    expect(await panel.announced()).toContain('not moved. Position 4 of 4.');
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Move: Delta');
  });

  it('moves an item by dragging its grip', async () => {
    await openPanel();
    const { page } = panel;
    await page.locator('.item', { hasText: 'Alpha' }).hover();
    await page
      .getByRole('button', { name: 'Move: Alpha' })
      .dragTo(page.locator('.sortable-row', { hasText: 'Gamma' }), {
        targetPosition: { x: 100, y: 26 },
      });
    const wanted = ['Beta', 'Gamma', 'Alpha', 'Delta'];
    expect(await panel.storedTexts(wanted)).toEqual(wanted);
    expect(await panel.shownTexts()).toEqual(wanted);
  });
});

describe('what is not known is never shown as empty', () => {
  it('offers a first checklist only when it is known that there is none', async () => {
    panel = await PanelDriver.open(browser);
    await panel.show();
    const { page } = panel;
    await page.getByRole('button', { name: 'Add a checklist' }).click();
    await page.keyboard.type('Release');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Release' }).waitFor();
    const lists = await until(
      () => panel.stored(),
      ({ length }) => length === 1,
    );
    expect(lists[0]?.name).toBe('Release');
  });

  it('shows an error, not an empty checklist, when the first read fails, and recovers', async () => {
    panel = await PanelDriver.open(browser, ['Alpha']);
    const { page } = panel;
    await panel.setUnreachable(true);
    await panel.show();
    await page.getByRole('alert').getByText('The checklist cannot be shown right now.').waitFor();
    expect(await page.getByText('No checklist yet').count()).toBe(0);
    await panel.setUnreachable(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Release' }).waitFor();
  });

  it('keeps the last known lists with their time when a later read fails', async () => {
    await openPanel();
    const { page } = panel;
    await panel.setUnreachable(true);
    await panel.comeBack();
    await page.getByText('Showing the checklist as it was at').waitFor();
    expect(await panel.shownTexts()).toEqual(['Alpha', 'Beta', 'Gamma', 'Delta']);
    await panel.setUnreachable(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Showing the checklist as it was at').waitFor({ state: 'detached' });
  });

  it('takes unsaved changes back while nothing can be saved, and saves them on "Try again"', async () => {
    await openPanel(['Alpha']);
    const { page } = panel;
    await panel.setUnreachable(true);
    await page.getByPlaceholder('Add an item').fill('Beta');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The item was not added.').waitFor();
    expect(await panel.shownTexts()).toEqual(['Alpha']);
    await panel.setUnreachable(false);
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
    expect(await panel.storedTexts(['Alpha', 'Beta'])).toEqual(['Alpha', 'Beta']);
  });
});

describe('published limits', () => {
  it('does not cut a text over the limit: it says by how much and refuses to add it', async () => {
    await openPanel(['Alpha']);
    const { page } = panel;
    const field = page.getByPlaceholder('Add an item');
    await field.fill('😀'.repeat(1003));
    await page.getByText('1,003 of 1,000 characters: shorten it by 3.').waitFor();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('button', { name: 'Add', exact: true }).last().isDisabled()).toBe(
      true,
    );
    await field.fill('😀'.repeat(1000));
    await page.keyboard.press('Enter');
    const wanted = ['Alpha', '😀'.repeat(1000)];
    expect(await panel.storedTexts(wanted)).toEqual(wanted);
  });

  it('says so when a list is full, and offers no field', async () => {
    const items = Array.from({ length: 200 }, (_, index) => `Item ${index + 1}`);
    await openPanel(items);
    await panel.page.getByText('A checklist holds at most 200 items.').waitFor();
    expect(await panel.page.getByPlaceholder('Add an item').count()).toBe(0);
  });
});

it('tells the frame its height', async () => {
  await openPanel();
  const heights = await until(
    () => panel.page.evaluate(() => window.harness.host.heights),
    ({ length }) => length > 0,
  );
  expect(heights.at(-1)).toBeGreaterThan(150);
});

describe('the older panel when the move has ended', () => {
  it('points to the newer one and goes on working', async () => {
    panel = await PanelDriver.open(browser, ['Alpha']);
    await panel.page.evaluate(() => (window.harness.host.replaced = true));
    await panel.show();
    await panel.page.getByText('Checklists have a new panel.').waitFor();
    await panel.page.getByRole('checkbox', { name: 'Alpha' }).check();
    expect(await panel.page.getByTestId('summary').textContent()).toBe('1 of 1 done');
  });
});
