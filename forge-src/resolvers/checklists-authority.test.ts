import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cutover, rollback } from 'crossgrade/handover';
import { LIMITS, type List, type WireError } from '../../checklist/index.ts';
import { codeOf, legacyLists, listsOf, panelInStage, panelLists } from '../testing/panel-stages.ts';
import type { PanelWorld } from '../testing/panel-world.ts';
import { ISSUE, startPanelWorld } from '../testing/panel-world.ts';

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
});

describe('the panel on Forge', () => {
  it('asks the server for hints only while Forge is the authority, tells it what it wrote, and works without it', async () => {
    const tenant = await panelInStage(world, 'live');
    const { invoke, list } = tenant;
    world.asked.length = 0;
    await invoke('lists');
    await invoke('editItem', { listId: list.id, itemId: list.items[0]!.id, body: { done: true } });
    expect(world.asked).toEqual(['GET /forge/known', 'POST /forge/written']);
    world.instead = new Error('gone');
    await invoke('editItem', { listId: list.id, itemId: list.items[1]!.id, body: { done: true } });
    const found = await panelLists(tenant, [list.id]);
    expect(found[0]!.items.every(({ done }) => done)).toBe(true);
  }, 60_000);

  it('says that it can not know when the store or the server is out of reach, and shows no empty list', async () => {
    const live = await panelInStage(world, 'live');
    for (const instead of ['cut', { status: 500 }, { status: 401, body: {} }] as const) {
      world.forge.instead = instead;
      const { invoke, list } = live;
      const rename = { listId: list.id, body: { name: 'never' } };
      const asked = [invoke('lists'), invoke('templates'), invoke('setting')];
      const codes = await Promise.all([...asked, invoke('renameList', rename)].map(codeOf));
      expect(new Set(codes)).toEqual(new Set(['forge_unreachable']));
    }
    world.forge.instead = undefined;
    expect((await panelLists(live)).map(({ name }) => name)).toEqual(['Before']);

    const copied = await panelInStage(world, 'copied');
    world.instead = new Error('gone');
    expect(await codeOf(copied.invoke('lists'))).toBe('unreachable');
  }, 120_000);

  it('lets a person wait, and refuses nobody, while the units of the installation are used up for a moment', async () => {
    const { invoke, list } = await panelInStage(world, 'live');
    world.forge.instead = { status: 429, body: { code: 'RATE_LIMIT_EXCEEDED', message: 'slow' } };
    const reading = invoke<{ lists: List[] }>('lists');
    const writing = invoke('renameList', { listId: list.id, body: { name: 'After a moment' } });
    await sleep(1_200);
    world.forge.instead = undefined;
    expect((await reading).lists.map(({ id }) => id)).toEqual([list.id]);
    expect(await writing).toMatchObject({ id: list.id, name: 'After a moment' });
  }, 60_000);

  it('believes no copy: what the store holds before the hand-over is not shown', async () => {
    const tenant = await panelInStage(world, 'copied');
    await tenant.legacy.patch(`/api/lists/${tenant.list.id}`, { name: 'Newer' });
    await tenant.legacy.post(listsOf(ISSUE), { name: 'Not copied yet' });
    expect((await panelLists(tenant)).map(({ name }) => name)).toEqual(['Newer', 'Not copied yet']);
    await world.remote.pool.query('delete from checklist where tenant = $1', [tenant.clientKey]);
    expect(await panelLists(tenant, [tenant.list.id])).toEqual([]);
  }, 60_000);

  it('keeps to the published limit of lists', async () => {
    const tenant = await panelInStage(world, 'live');
    const seen: string[] = [];
    for (let n = 1; n < LIMITS.listsPerIssue; n++) {
      const { id } = await tenant.invoke('addList', { body: { name: `L${n}` }, seen });
      seen.push(id);
    }
    const more = { body: { name: 'one more' }, seen };
    expect(await codeOf(tenant.invoke('addList', more))).toBe('over_limit');
  }, 60_000);

  it('keeps every acknowledged write of both panels through a cut-over and a rollback', async () => {
    const tenant = await world.tenant();
    const copied = await tenant.copy();
    const panel = tenant.panels.get(ISSUE)!;
    const { legacy, invoke, list } = panel;
    const acknowledged: string[] = [];
    let isRunning = true;
    const byPage = async (n: number): Promise<void> => {
      for (let i = 0; isRunning && i < 60; i++) {
        const text = `page ${n}.${i}`;
        const answer = await invoke<List | WireError>('addItem', {
          ...{ listId: list.id, body: { text } },
        });
        expect(answer).not.toHaveProperty('error');
        acknowledged.push(text);
      }
    };
    const byLegacy = async (): Promise<void> => {
      for (let i = 0; isRunning && i < 60; i++) {
        const text = `legacy ${i}`;
        const answer = await legacy.post(`/api/lists/${list.id}/items`, { text });
        expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
        acknowledged.push(text);
      }
    };
    const writers = [byPage(1), byPage(2), byLegacy()];
    const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
    await pause();
    expect(await cutover(copied.context, { who: 'test', expectEpoch: 1 })).toMatchObject({
      kind: 'live',
    });
    await pause();
    await rollback(copied.context, 'test', 'back');
    await pause();
    isRunning = false;
    await Promise.all(writers);
    for (const found of [(await legacyLists(panel))[0], (await panelLists(panel))[0]]) {
      const texts = new Set(found!.items.map(({ text }) => text));
      expect(acknowledged.filter((text) => !texts.has(text))).toEqual([]);
      expect(found!.items).toHaveLength(acknowledged.length + 2);
    }
  }, 120_000);
});
