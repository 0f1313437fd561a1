import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cutover, recover, rollback } from 'crossgrade/handover';
import { reverseMoved } from 'crossgrade/live';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { outageAtClose, rigTenant, type RigTenant } from '../support/rig-tenant.ts';
import { renameList } from '../support/rows.ts';
import { backfill, pushAll } from '../support/run.ts';

let database: TestDatabase;
let tenant: RigTenant | undefined;
let world: HostileTenant | undefined;
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  tenant?.rig.close();
  await world?.close();
  tenant = world = undefined;
});
afterAll(() => database.drop());

const THREE_HOURS = 3 * 3_600_000;
const UNAUTHORIZED = { code: 'target.unauthorized' };

describe('a token that is gone for three hours', () => {
  it('stops a copy; it goes on from where it was', async () => {
    tenant = await rigTenant(database.pool, 'token-copy', 'enrolled', 30);
    const { rig, ids } = tenant;
    rig.faults.outage = 401;
    await expect(backfill(rig)).rejects.toMatchObject(UNAUTHORIZED);
    await renameList(database.pool, tenant.tenant, ids[3]!, 'meanwhile');
    await rig.send.timing.sleep(THREE_HOURS);
    await expect(backfill(rig)).rejects.toMatchObject(UNAUTHORIZED);
    rig.faults.outage = undefined;
    await backfill(rig);
    await pushAll(rig);
    expect(tenant.nameAtForge(ids[3]!)).toBe('meanwhile');
    expect(await tenant.isClean()).toBe(true);
  });

  it('lets a hand-over that has just begun take itself back without Forge', async () => {
    tenant = await rigTenant(database.pool, 'token-draining');
    const { rig, ids } = tenant;
    await renameList(database.pool, tenant.tenant, ids[0]!, 'dirty at the close');
    const result = await cutover(outageAtClose(tenant, 401), { who: 'test', expectEpoch: 1 });
    expect(result).toMatchObject({ kind: 'aborted', epoch: 1 });
    expect(result).toHaveProperty('reason', 'Forge storage answered 401 to the system token');
    await renameList(database.pool, tenant.tenant, ids[0]!, 'writable');
    rig.faults.outage = undefined;
    expect(await pushAll(rig)).toBe(1);
  });

  it('keeps what was written at Forge until it can come back, also through a rollback', async () => {
    tenant = await rigTenant(database.pool, 'token-live', 'live');
    const { rig, ids, handover } = tenant;
    await tenant.renameAtForge(ids[0]!, 'at Forge');
    rig.faults.outage = 401;
    await expect(reverseMoved(handover, database.pool)).rejects.toMatchObject(UNAUTHORIZED);
    await expect(tenant.renameAtForge(ids[0]!, 'no')).rejects.toMatchObject(UNAUTHORIZED);
    await expect(rollback(handover, 'test', 'a reason')).rejects.toMatchObject(UNAUTHORIZED);
    await rig.send.timing.sleep(THREE_HOURS);
    rig.faults.outage = undefined;
    expect(await recover(handover, 'a worker')).toBe('verify');
    expect(await tenant.nameInPostgres(ids[0]!)).toBe('at Forge');
  });

  it('is told to the operator, costs no calls, and stops nothing for good', async () => {
    world = await hostileTenant();
    const { forge, database: own, ids, tenant: name } = world;
    const worker = world.newWorker();
    await world.toVerify(worker);
    forge.token = undefined;
    await renameList(own.pool, name, ids[0]!, 'waits');
    const before = forge.store.usage(forge.installationId).requests;
    for (let i = 0; i < 3; i++) await world.run(world.newWorker(), 'push', 'verify', 'recover');
    expect(forge.store.usage(forge.installationId).requests).toBe(before);
    expect(await world.stopped()).toMatchObject([
      { job: 'push', code: 'target.unauthorized' },
      { job: 'verify', code: 'target.unauthorized' },
      { job: 'recover', code: 'target.unauthorized' },
    ]);
    expect(await world.row()).toMatchObject({ stage: 'verify', condition: null });
    forge.token = 'good';
    await world.run(worker, 'push', 'verify', 'recover');
    expect(await world.stopped()).toEqual([]);
    expect(world.nameAtForge(ids[0]!)).toBe('waits');
  });
});
