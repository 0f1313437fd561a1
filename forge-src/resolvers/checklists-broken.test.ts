import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cutover } from 'crossgrade/handover';
import type { List, WireError } from '../../checklist/index.ts';
import { removeOnePart } from '../../remote-server/testing/forge-storage.ts';
import { listsOf } from '../testing/panel-stages.ts';
import { ISSUE, startPanelWorld, type PanelWorld } from '../testing/panel-world.ts';

let world: PanelWorld;
const print = console.log;
const logged: unknown[] = [];
beforeAll(async () => {
  console.log = (line: string) => logged.push(JSON.parse(line));
  world = await startPanelWorld();
}, 60_000);
afterAll(async () => {
  console.log = print;
  await world.close();
});

describe('a record of which a part is missing, at the panel on Forge', () => {
  it('is answered with the code of the legacy path, never shortened or empty, and named in the log', async () => {
    const tenant = await world.tenant();
    const { legacy, invoke } = tenant.panels.get(ISSUE)!;
    const items = Array.from({ length: 90 }, () => ({ text: '漢'.repeat(1_000) }));
    const large = (await legacy.post(listsOf(ISSUE), { name: 'Large', items })).body as List;
    const { context, installationId } = await tenant.copy();
    await cutover(context, { who: 'test', expectEpoch: 1 });
    expect(await invoke<{ lists: List[] }>('lists')).toMatchObject({ lists: [{}, {}] });

    await removeOnePart(world.forge.store, installationId);
    const rename = { listId: large.id, body: { name: 'Renamed' } };
    const legacyAnswer = (await legacy.get(listsOf(ISSUE))).body as WireError;
    for (const answer of [await invoke('lists'), await invoke('renameList', rename)]) {
      expect(answer).toEqual(legacyAnswer);
    }
    expect(legacyAnswer).toMatchObject({ error: { code: 'record_broken' } });
    expect(logged).toContainEqual({
      ...{ event: 'checklists.failed', action: 'lists', code: 'record_broken' },
      ...{ reason: 'LayerError', layerCode: 'record.broken', record: `list:${large.id}` },
      detail: `list:${large.id}: 1 of its 2 parts are missing`,
    });
  }, 60_000);
});
