import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cutover, recover, rollback } from 'crossgrade/handover';
import { reverseMoved } from 'crossgrade/live';
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

const rename = (of: RigTenant, id: string, name: string) =>
  renameList(database.pool, of.tenant, id, name);

describe.each(['unreachable', 503] as const)('Forge down (%s)', (outage) => {
  const name = (what: string) => `${what}-${outage}`;

  it('in copy: nothing is lost, users write on, and the copy goes on from its cursor', async () => {
    tenant = await rigTenant(database.pool, name('copy'), 'enrolled', 30);
    const { rig, ids } = tenant;
    rig.faults.outage = outage;
    await expect(backfill(rig)).rejects.toMatchObject({ code: 'target.unreachable' });
    await rename(tenant, ids[0]!, 'written meanwhile');
    rig.faults.outage = undefined;
    await backfill(rig);
    await pushAll(rig);
    expect(tenant.nameAtForge(ids[0]!)).toBe('written meanwhile');
    expect(await tenant.isClean()).toBe(true);
  });

  it('in verify: changes stay dirty until it is back', async () => {
    tenant = await rigTenant(database.pool, name('verify'));
    const { rig, ids } = tenant;
    rig.faults.outage = outage;
    await rename(tenant, ids[0]!, 'dirty');
    await expect(pushAll(rig)).rejects.toMatchObject({ code: 'target.unreachable' });
    expect(await tenant.handover.postgres.dirtyCount()).toBe(1);
    await rig.send.timing.sleep(3 * 3_600_000);
    rig.faults.outage = undefined;
    expect(await pushAll(rig)).toBe(1);
    expect(await tenant.isClean()).toBe(true);
  });

  it('in draining: the hand-over gives up within its limit, and Postgres takes writes at once', async () => {
    tenant = await rigTenant(database.pool, name('draining'));
    const { rig, ids, handover } = tenant;
    await rename(tenant, ids[0]!, 'dirty at the close');
    const result = await cutover(outageAtClose(tenant, outage), { who: 'test', expectEpoch: 1 });
    expect(result).toMatchObject({ kind: 'aborted', epoch: 1 });
    expect(result.frozenMs).toBeLessThanOrEqual(10_000);
    expect(await tenant.stage()).toBe('verify');
    // Forge is still down: nobody asked it, for no head can have moved.
    await rename(tenant, ids[1]!, 'right after');
    rig.faults.outage = undefined;
    expect(await pushAll(rig)).toBe(2);
    expect(await tenant.isClean()).toBe(true);
    expect(await cutover(handover, { who: 'test', expectEpoch: 1 })).toMatchObject({
      kind: 'live',
    });
  });

  it('amid the flips: nobody writes until it is back, then it is undone', async () => {
    tenant = await rigTenant(database.pool, name('flips'));
    const { rig, ids, handover } = tenant;
    rig.faults.stop = 'flip';
    await expect(cutover(handover, { who: 'test', expectEpoch: 1 })).rejects.toMatchObject({
      code: 'target.unreachable',
    });
    expect(await tenant.stage()).toBe('draining');
    // A flip may be under way: opening the gate now could give the tenant two authorities.
    await expect(rename(tenant, ids[0]!, 'no')).rejects.toMatchObject({ code: '55006' });
    rig.faults.stop = undefined;
    expect(await recover(handover, 'a worker')).toBe('verify');
    await rename(tenant, ids[0]!, 'yes');
    expect(await pushAll(rig)).toBe(1);
  });

  it('in live: a write fails and is not made twice; what was written comes back later', async () => {
    tenant = await rigTenant(database.pool, name('live'), 'live');
    const { rig, ids, handover } = tenant;
    await tenant.renameAtForge(ids[0]!, 'before');
    rig.faults.outage = outage;
    await expect(tenant.renameAtForge(ids[0]!, 'during', 'm')).rejects.toMatchObject({
      code: 'target.unreachable',
    });
    await expect(reverseMoved(handover, database.pool)).rejects.toMatchObject({
      code: 'target.unreachable',
    });
    await rig.send.timing.sleep(3 * 3_600_000);
    rig.faults.outage = undefined;
    expect(tenant.nameAtForge(ids[0]!)).toBe('before');
    expect(await tenant.renameAtForge(ids[0]!, 'during', 'm')).toMatchObject({ kind: 'changed' });
    await reverseMoved(handover, database.pool);
    expect(await tenant.nameInPostgres(ids[0]!)).toBe('during');
  });

  it('in rewinding: the rollback waits for it and then keeps every write', async () => {
    tenant = await rigTenant(database.pool, name('rewinding'), 'live');
    const { rig, ids, handover } = tenant;
    await tenant.renameAtForge(ids[0]!, 'kept');
    rig.faults.outage = outage;
    await expect(rollback(handover, 'test', 'a reason')).rejects.toMatchObject({
      code: 'target.unreachable',
    });
    expect(await tenant.stage()).toBe('rewinding');
    rig.faults.outage = undefined;
    expect(await recover(handover, 'a worker')).toBe('verify');
    expect(await tenant.nameInPostgres(ids[0]!)).toBe('kept');
    expect(await tenant.isClean()).toBe(true);
  });
});
