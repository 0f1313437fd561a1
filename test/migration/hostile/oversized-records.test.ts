import { afterEach, describe, expect, it } from '@jest/globals';
import { ForgeRecords } from 'crossgrade/live';
import { tenantProgress } from 'crossgrade/postgres';
import { nextSteps } from '../../../operator/commands/status-line.ts';
import { checklists } from '../../../remote-server/records/index.ts';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';

let world: HostileTenant | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Nested deeper than Forge takes: no size of parts helps against that. */
const DEEP = Array.from({ length: 40 }).reduce<unknown>((inner) => ({ inner }), 'bottom');

async function setSetting(of: HostileTenant, value: unknown): Promise<void> {
  await of.database.pool.query(
    `insert into tenant_setting (tenant, scope, value, updated_at) values ($1, 'site', $2, now())
     on conflict (tenant, scope) do update set value = excluded.value`,
    [of.tenant, JSON.stringify(value)],
  );
}

describe('a record over the limits that arrives after the copy', () => {
  it('in verify is set aside and named, sends the tenant back to copy, and is sent when it fits', async () => {
    world = await hostileTenant();
    const { database, tenant } = world;
    const { pool } = database;
    const worker = world.newWorker();
    await world.toVerify(worker);
    await setSetting(world, { deep: DEEP });
    await world.run(worker, 'push');
    expect(await world.row()).toMatchObject({ stage: 'copy', condition: null });
    const progress = await tenantProgress(pool, tenant, 'checklists');
    expect(progress.setAside).toMatchObject([{ key: 'settings:site', code: 'value_too_deep' }]);
    expect(nextSteps(tenant, progress)[0]).toContain('settings:site: it is nested');
    expect((await world.plan('cutover')).refusals.map(({ code }) => code)).toContain(
      'stage.unexpected',
    );
    await setSetting(world, { deep: 'no more' });
    await world.run(worker, 'push', 'copy');
    expect(await world.row()).toMatchObject({ stage: 'verify' });
    expect((await tenantProgress(pool, tenant, 'checklists')).setAside).toEqual([]);
  });

  it('in live is refused to the one who writes it, and what was there stays whole', async () => {
    world = await hostileTenant();
    const worker = world.newWorker();
    await setSetting(world, { colour: 'green' });
    await world.toVerify(worker);
    await world.apply('cutover');
    const records = new ForgeRecords((await world.lane()).send, checklists);
    await expect(
      records.change('settings:site', 'm', () => ({
        scope: 'site',
        value: { deep: DEEP as never },
      })),
    ).rejects.toMatchObject({ code: 'record.unfit' });
    expect(await records.read('settings:site')).toMatchObject({
      stored: { value: { value: { colour: 'green' } } },
    });
    await world.run(worker, 'reverse');
    expect(await world.row()).toMatchObject({ stage: 'live', condition: null });
    expect(await world.apply('rollback')).toMatchObject({ stage: 'verify' });
  });
});
