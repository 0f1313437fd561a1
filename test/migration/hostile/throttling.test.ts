import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cutover, recover } from 'crossgrade/handover';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { outageAtClose, rigTenant, type RigTenant } from '../support/rig-tenant.ts';
import { renameList } from '../support/rows.ts';
import { backfill, pushAll } from '../support/run.ts';

let database: TestDatabase;
let tenant: RigTenant | undefined;
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => {
  tenant?.rig.close();
  tenant = undefined;
});
afterAll(() => database.drop());

/** Answers 429 to everything until this much time has gone by. */
function storm(of: RigTenant, ms: number): void {
  const { rig } = of;
  const end = rig.send.timing.now() + ms;
  rig.faults.outage = 429;
  const { timing } = rig.send;
  const before = { ...timing };
  Object.assign(timing, {
    sleep: async (wait: number) => {
      await before.sleep(wait);
      if (timing.now() >= end) rig.faults.outage = undefined;
    },
  });
}

describe('a storm of 429', () => {
  it('of ten minutes loses nothing, and the copy goes on by itself', async () => {
    tenant = await rigTenant(database.pool, 'storm-copy', 'enrolled', 40);
    const { rig, ids } = tenant;
    storm(tenant, 600_000);
    await backfill(rig);
    await renameList(database.pool, tenant.tenant, ids[0]!, 'after the storm');
    await pushAll(rig);
    expect(rig.send.account.throttles).toBeGreaterThan(0);
    // Told to wait, it waited: no call came more often than once a second.
    expect(rig.send.account.throttles).toBeLessThan(1_300);
    expect(await tenant.isClean()).toBe(true);
  });

  it('of one call in three slows a copy down and loses nothing', async () => {
    tenant = await rigTenant(database.pool, 'storm-third', 'enrolled', 40);
    tenant.rig.faults.throttled = 0.33;
    await backfill(tenant.rig);
    await pushAll(tenant.rig);
    tenant.rig.faults.throttled = 0;
    expect(await tenant.isClean()).toBe(true);
  });

  it('at the drain ends the hand-over within its limit and opens Postgres again', async () => {
    tenant = await rigTenant(database.pool, 'storm-drain');
    const { ids, rig } = tenant;
    await renameList(database.pool, tenant.tenant, ids[0]!, 'dirty at the close');
    const result = await cutover(outageAtClose(tenant, 429), { who: 'test', expectEpoch: 1 });
    expect(result).toMatchObject({ kind: 'aborted', epoch: 1 });
    expect(result.frozenMs).toBeLessThanOrEqual(11_000);
    await renameList(database.pool, tenant.tenant, ids[1]!, 'still 429');
    rig.faults.outage = undefined;
    expect(await pushAll(rig)).toBe(2);
    expect(await tenant.isClean()).toBe(true);
  });

  it('amid the flips is waited out, and everything is as it was', async () => {
    tenant = await rigTenant(database.pool, 'storm-flip');
    const { ids, handover, rig } = tenant;
    // Every second call: some heads flip, others do not within the limit.
    rig.faults.throttled = 0.9;
    const result = await cutover(handover, { who: 'test', expectEpoch: 1, freezeMs: 2_000 }).catch(
      () => undefined,
    );
    rig.faults.throttled = 0;
    if (result === undefined) await recover(handover, 'a worker');
    if ((await tenant.stage()) === 'live') return;
    await renameList(database.pool, tenant.tenant, ids[1]!, 'writable');
    await pushAll(rig);
    expect(await tenant.isClean()).toBe(true);
  });
});
