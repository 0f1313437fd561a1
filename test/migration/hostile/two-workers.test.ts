import { afterEach, describe, expect, it } from '@jest/globals';
import { compareDigests, scrub } from 'crossgrade/verify';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { deleteList, insertList, renameList } from '../support/rows.ts';

let world: HostileTenant | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

describe('two workers on one tenant', () => {
  it('copy, push, verify, bring back and recover beside each other, while users write', async () => {
    world = await hostileTenant(20);
    const { database, tenant, ids } = world;
    const { pool } = database;
    const [a, b] = [world.newWorker(), world.newWorker()];
    const both = async (...jobs: Parameters<HostileTenant['run']>[1][]): Promise<void> => {
      await Promise.all([world!.run(a, ...jobs), world!.run(b, ...jobs)]);
    };
    await both('enrol');
    const users = (async () => {
      for (let i = 0; i < 12; i++) {
        await renameList(pool, tenant, ids[i]!, `name ${i}`);
        if (i % 4 === 0) await deleteList(pool, tenant, ids[i]!);
        if (i % 4 === 1) await insertList(pool, tenant);
      }
    })();
    for (let turn = 0; turn < 6; turn++) await both('copy', 'push', 'scrub');
    await users;
    for (let turn = 0; turn < 4; turn++) await both('copy', 'push');
    expect(await world.row()).toMatchObject({ stage: 'verify', condition: null });
    await world.verify(world.newWorker());
    await world.apply('cutover');
    for (let i = 12; i < 18; i++) {
      await Promise.all([
        world.renameAtForge(ids[i]!, `at Forge ${i}`),
        both('reverse', 'recover'),
      ]);
    }
    const here = world;
    const areBack = async (): Promise<boolean> => {
      const names = await Promise.all(ids.slice(12, 18).map((id) => here.nameInPostgres(id)));
      return names.every((name, i) => name === `at Forge ${i + 12}`);
    };
    // With the quota used up, what comes back was seen some seconds before.
    for (let turn = 0; turn < 100 && !(await areBack()); turn += 1) {
      await both('reverse');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await areBack()).toBe(true);
    expect(await world.row()).toMatchObject({ stage: 'live', condition: null });
    await world.apply('rollback');
    await both('push', 'recover');
    const lane = await world.lane();
    const verification = lane.verify(() => false);
    expect(await compareDigests(verification)).toMatchObject({ result: 'clean' });
    expect(await scrub(verification, { again: true })).toMatchObject({ result: 'clean' });
  });
});
