import { afterEach, describe, expect, it } from '@jest/globals';
import { LAYER_ERRORS } from 'crossgrade';
import { ForgeRecords } from 'crossgrade/live';
import { tenantProgress } from 'crossgrade/postgres';
import { nextSteps } from '../../../operator/commands/status-line.ts';
import { Lanes } from '../../../operator/worker/tenant-lane.ts';
import type { WorkerContext } from '../../../operator/worker/worker-context.ts';
import { checklists } from '../../../remote-server/records/index.ts';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { renameList } from '../support/rows.ts';

let world: HostileTenant | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const NEXT = { ...checklists, mapping: checklists.mapping + 1 };

/** A worker as a deploy with another mapping starts it. */
function deployed(of: HostileTenant): WorkerContext {
  const config = { ...of.forge.config, group: NEXT };
  return { ...of.newWorker(), config, lanes: new Lanes(of.database.pool, config) };
}

describe('a deploy that changes the mapping in the middle of a run', () => {
  it.each(['copy', 'verify'] as const)(
    'is refused in %s, and the old worker goes on',
    async (stage) => {
      world = await hostileTenant();
      const { database, tenant, ids } = world;
      const old = world.newWorker();
      await world.run(old, 'enrol');
      if (stage === 'verify') await world.run(old, 'copy');
      await renameList(database.pool, tenant, ids[0]!, 'changed');
      const fresh = deployed(world);
      await world.run(fresh, 'copy', 'push', 'verify');
      expect(await world.row()).toMatchObject({ stage, condition: null });
      expect(world.nameAtForge(ids[0]!)).not.toBe('changed');
      const stopped = await world.stopped();
      expect(stopped[0]).toMatchObject({ code: 'layer.version_mismatch' });
      const progress = await tenantProgress(database.pool, tenant, 'checklists');
      expect(nextSteps(tenant, progress, { held: 0, stopped })[0]).toContain(
        LAYER_ERRORS['layer.version_mismatch'],
      );
      await world.run(old, 'copy', 'push');
      expect(world.nameAtForge(ids[0]!)).toBe('changed');
    },
  );

  it('is refused in live, for readers, for writers and on the way back', async () => {
    world = await hostileTenant();
    const { ids } = world;
    await world.toVerify(world.newWorker());
    await world.apply('cutover');
    const lane = await world.lane();
    const scope = { ...lane.send.scope, mapping: NEXT.mapping };
    const records = new ForgeRecords({ ...lane.send, scope }, NEXT);
    await expect(records.read(`list:${ids[0]}`)).rejects.toMatchObject({
      code: 'layer.version_mismatch',
    });
    await expect(records.change(`list:${ids[0]}`, 'm', () => undefined)).rejects.toMatchObject({
      code: 'layer.version_mismatch',
    });
    await world.renameAtForge(ids[0]!, 'by the old code');
    await world.run(deployed(world), 'reverse');
    expect(await world.nameInPostgres(ids[0]!)).toBe('Definition of Done');
    expect(await world.stopped()).toMatchObject([{ code: 'layer.version_mismatch' }]);
    await world.run(world.newWorker(), 'reverse');
    expect(await world.nameInPostgres(ids[0]!)).toBe('by the old code');
  });
});
