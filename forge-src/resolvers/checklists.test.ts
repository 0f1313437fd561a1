import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownItemId, type List, type Template, type WireError } from '../../checklist/index.ts';
import {
  codeOf,
  inStage,
  legacyLists,
  listsOf,
  panelLists,
  STAGES,
} from '../testing/panel-stages.ts';
import type { PanelOnIssue, PanelTenant, PanelWorld } from '../testing/panel-world.ts';
import { ISSUE, PROJECT, startPanelWorld } from '../testing/panel-world.ts';

let world: PanelWorld;
const print = console.log;
beforeAll(async () => {
  console.log = () => undefined;
  world = await startPanelWorld();
}, 60_000);
afterAll(async () => {
  console.log = print;
  await world.close();
});
afterEach(() => {
  world.forge.instead = undefined;
  world.instead = null;
  world.visible.clear();
  world.visible.set(ISSUE, PROJECT);
});

describe.each(STAGES)('the panel on Forge, %s', (stage) => {
  const issues = ['20001', '20002', '20003', '20004'];
  let tenant: PanelTenant;
  beforeAll(async () => {
    tenant = await inStage(world, stage, issues);
  }, 60_000);
  beforeEach(() => {
    for (const issue of issues) world.visible.set(issue, PROJECT);
  });
  const panelOn = (issue: number): PanelOnIssue => tenant.panels.get(issues[issue]!)!;

  it('does what the legacy panel does, and each sees what the other did', async () => {
    const panel = panelOn(0);
    const { invoke, legacy, list, issueId } = panel;
    const listId = list.id;
    expect(await panelLists(panel)).toEqual([list]);

    const id = randomUUID();
    const made = await invoke('addItem', { listId, body: { id, text: 'three', after: null } });
    expect(made.items.map(({ text }) => text)).toEqual(['three', 'one', 'two']);
    const own = made.items[0]!.id;
    expect(own).toBe(await ownItemId(listId, id));
    await invoke('editItem', { listId, itemId: own, body: { done: true, text: 'THREE' } });
    expect(await legacyLists(panel)).toMatchObject([
      { items: [{ text: 'THREE', done: true }, { text: 'one' }, { text: 'two' }] },
    ]);

    await legacy.patch(`/api/lists/${listId}/items/${list.items[1]!.id}`, { done: true });
    await legacy.patch(`/api/lists/${listId}`, { name: 'Renamed' });
    expect(await panelLists(panel)).toMatchObject([
      { name: 'Renamed', items: [{}, { done: false }, { text: 'two', done: true }] },
    ]);
    await invoke('moveItem', { listId, itemId: own, body: { after: list.items[1]!.id } });
    await invoke('deleteItem', { listId, itemId: list.items[0]!.id });
    await invoke('renameList', { listId, body: { name: 'Again' } });
    expect(await legacyLists(panel)).toMatchObject([
      { name: 'Again', items: [{ text: 'two' }, { text: 'THREE' }] },
    ]);
    const known = await panelLists(panel);
    expect(await legacyLists(panel)).toEqual(known);

    const second = randomUUID();
    const items = [{ id: randomUUID(), text: 'x' }];
    await invoke('addList', { body: { id: second, name: 'Second', items } });
    const third = (await legacy.post(listsOf(issueId), { name: 'Third' })).body as List;
    const seen = [third.id];
    expect((await panelLists(panel, seen)).map(({ name }) => name)).toEqual([
      ...['Again', 'Second', 'Third'],
    ]);
    const moved = await invoke<{ lists: List[] }>('moveList', {
      ...{ listId: third.id, body: { after: null }, seen },
    });
    expect(moved.lists.map(({ name }) => name)).toEqual(['Third', 'Again', 'Second']);
    expect((await legacyLists(panel)).map(({ name }) => name)).toEqual([
      'Third',
      'Again',
      'Second',
    ]);
    await invoke('deleteList', { listId: second });
    await legacy.delete(`/api/lists/${third.id}`);
    expect((await panelLists(panel, seen)).map(({ name }) => name)).toEqual(['Again']);
    expect((await legacyLists(panel)).map(({ name }) => name)).toEqual(['Again']);
  }, 60_000);

  it('applies templates, and keeps history and progress', async () => {
    const panel = panelOn(1);
    const { invoke, legacy, list } = panel;
    const path = `/api/projects/${PROJECT}/templates`;
    const body = { name: 'Done', items: [{ text: 'reviewed', mandatory: true }] };
    const template = (await legacy.post(path, body)).body as Template;
    const id = randomUUID();
    const applied = await invoke('applyTemplate', { body: { id, templateId: template.id } });
    expect(applied).toMatchObject({ id, name: 'Done', items: [{ text: 'reviewed' }] });
    expect((await legacyLists(panel)).map(({ name }) => name)).toEqual(['Before', 'Done']);
    await invoke('editItem', { listId: list.id, itemId: list.items[1]!.id, body: { done: true } });

    const history = await world.remote.pool.query<{ action: string; actor: string }>(
      'select action, actor from history where tenant = $1 order by id desc limit 2',
      [tenant.clientKey],
    );
    expect(history.rows).toEqual([
      { action: 'item_ticked', actor: 'ada' },
      { action: 'template_applied', actor: 'ada' },
    ]);
    const progress = () =>
      world.remote.fake.calls
        .filter(({ path: to }) => to.endsWith(`/issue/${panel.issueId}/properties/checklist`))
        .at(-1)?.body as { done: number; total: number } | undefined;
    // The sweep finds within half a minute what nobody was told of.
    for (let i = 0; i < 800 && progress()?.done !== 1; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(progress()).toEqual({ done: 1, total: 3, required: 2, openRequired: 1 });
    expect(await invoke<object>('setting', { scope: 'site' })).toEqual({
      scope: 'site',
      value: {},
    });
  }, 60_000);

  it('refuses as the API refuses, with its codes', async () => {
    const { invoke, list } = panelOn(2);
    const listId = list.id;
    expect(await codeOf(invoke('renameList', { listId: randomUUID(), body: { name: 'x' } }))).toBe(
      'not_found',
    );
    const long = { text: 'x'.repeat(1_001) };
    expect(await invoke<WireError>('addItem', { listId, body: long })).toMatchObject({
      error: { code: 'over_limit', limit: 1_000, field: 'text' },
    });
    expect(await codeOf(invoke('addItem', { listId, body: { words: 'x' } }))).toBe('malformed');
    expect(await codeOf(invoke('setting', { scope: 'project-1' }))).toBe('not_found');
    const body = { id: list.id, name: 'twice' };
    expect(await codeOf(invoke('addList', { body }))).toBe('id_taken');
    const again = { id: randomUUID(), text: 'once' };
    await invoke('addItem', { listId, body: again });
    expect(await codeOf(invoke('addItem', { listId, body: again }))).toBe('id_taken');
  }, 60_000);

  it('shows and changes nothing of an issue that Jira does not show to this person', async () => {
    const { invoke, list, issueId } = panelOn(3);
    const elsewhere = { issueId: '10200' };
    world.visible.set('10200', PROJECT);
    expect(await invoke<object>('lists', { seen: [list.id] }, elsewhere)).toEqual({ lists: [] });
    const rename = { listId: list.id, body: { name: 'stolen' } };
    expect(await codeOf(invoke('renameList', rename, elsewhere))).toBe('not_found');
    for (const [answer, code] of [
      [404, 'not_found'],
      [403, 'not_found'],
      [500, 'site_unavailable'],
    ] as const) {
      world.visible.set(issueId, answer);
      expect(await codeOf(invoke('lists'))).toBe(code);
      expect(await codeOf(invoke('renameList', rename))).toBe(code);
    }
    world.visible.set(issueId, PROJECT);
    expect((await invoke<{ lists: List[] }>('lists')).lists).toEqual([list]);
  }, 60_000);
});
