import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cutover } from 'crossgrade/handover';
import { appItem, appMismatch } from 'crossgrade/live';
import { RECORD_MAPPING } from '../../checklist/records/index.ts';
import {
  ISSUE,
  startPanelWorld,
  type PanelTenant,
  type PanelWorld,
} from '../testing/panel-world.ts';
import { sweep } from '../triggers/sweep.ts';

let world: PanelWorld;
let tenant: PanelTenant;
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

const until = async (isTrue: () => Promise<boolean>): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it never happened');
};

describe('which version the functions speak', () => {
  it('is said by the first call of a page, and a cut-over finds it', async () => {
    tenant = await world.tenant();
    const { context } = await tenant.copy();
    expect(await appMismatch(context.send)).toBeNull();
    const { invoke } = tenant.panels.get(ISSUE)!;
    expect(await invoke('lists')).toMatchObject({ lists: [{ name: 'Before' }] });
    await until(async () => (await appMismatch(context.send)) === undefined);
    expect(logged).toContainEqual({ event: 'version.said' });

    // An older app says so itself; the sweep of the newer one puts it right, once.
    const older = appItem('checklists', RECORD_MAPPING - 1);
    await context.send.carrier.transact({ set: [older], delete: [] });
    expect(await appMismatch(context.send)).toMatch(
      new RegExp(`says layer \\d+, mapping ${RECORD_MAPPING - 1};`),
    );
    logged.length = 0;
    await sweep();
    expect(await appMismatch(context.send)).toBeUndefined();
    await sweep();
    expect(logged.filter((line) => JSON.stringify(line).includes('version.'))).toEqual([
      { event: 'version.said' },
    ]);
    await cutover(context, { who: 'test', expectEpoch: 1 });
    expect(await invoke('lists')).toMatchObject({ lists: [{ name: 'Before' }] });
  }, 60_000);

  it('keeps nobody from their checklists when it can not be said', async () => {
    const { legacy } = tenant.panels.get(ISSUE)!;
    world.forge.instead = { status: 500 };
    logged.length = 0;
    await sweep();
    expect(logged).toContainEqual({ event: 'version.not_said', kind: 'unknown' });
    world.forge.instead = undefined;
    expect((await legacy.get(`/api/issues/${ISSUE}/lists`)).status).toBe(200);
  });
});
