import { afterEach, describe, expect, it } from '@jest/globals';
import { adoptRecord, heldRecords, keepRecord } from 'crossgrade/quarantine';
import { checklists } from '../../../remote-server/records/index.ts';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { renameList } from '../support/rows.ts';

const BY = { who: 'olga', reason: 'looked at' };
let world: HostileTenant | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const decision = async (of: HostileTenant) => ({
  ...{ pool: of.database.pool, scope: of.scope, group: checklists },
  send: (await of.lane()).send,
});
const rename = (of: HostileTenant, id: string, name: string) =>
  renameList(of.database.pool, of.tenant, id, name);

/** Writes past the layer what the next version of Postgres will be, with other words. */
async function forge(of: HostileTenant, id: string, n: number, name: string): Promise<void> {
  const store = of.forge.store;
  const key = `list:${id}`;
  const item = [...store.inspect(of.forge.installationId)].find((stored) => stored.key === key);
  const value = item?.value as { doc: object };
  await store.handle(
    of.forge.installationId,
    '/entity/set',
    JSON.stringify({
      ...{ entityName: item?.entityName, key },
      value: { ...value, doc: { ...value.doc, name }, mvn: n },
    }),
  );
}

describe('one version with two contents', () => {
  it('stops the tenant, is never resolved by itself, and nobody writes the record meanwhile', async () => {
    world = await hostileTenant();
    const { database, ids, scope } = world;
    await world.toVerify(world.newWorker());
    const id = ids[0]!;
    const before = await database.pool.query<{ n: string }>(
      'select n from mig_ver where tenant = $1 and key = $2',
      [world.tenant, `list:${id}`],
    );
    await rename(world, id, 'by Postgres');
    await forge(world, id, Number(before.rows[0]!.n) + 1, 'by somebody else');
    await world.run(world.newWorker(), 'push');
    expect(await world.row()).toMatchObject({ condition: 'quarantined' });
    expect((await world.row()).condition_reason).toContain('split_brain');
    expect(await heldRecords(database.pool, scope)).toMatchObject([
      { key: `list:${id}`, code: 'split_brain' },
    ]);
    for (let i = 0; i < 3; i++) await world.run(world.newWorker(), 'push', 'verify', 'recover');
    expect(world.nameAtForge(id)).toBe('by somebody else');
    expect(await world.nameInPostgres(id)).toBe('by Postgres');
    await expect(rename(world, id, 'no')).rejects.toMatchObject({ code: 'MQ001' });

    await keepRecord(await decision(world), (await heldRecords(database.pool, scope))[0]!, BY);
    await world.apply('resume');
    await world.run(world.newWorker(), 'push');
    expect(world.nameAtForge(id)).toBe('by Postgres');
  });

  it('met on the way back is held too, and taking Forge’s word needs no new version', async () => {
    world = await hostileTenant();
    const { database, ids, scope } = world;
    const worker = world.newWorker();
    await world.toVerify(worker);
    await world.apply('cutover');
    const id = ids[0]!;
    await world.renameAtForge(id, 'by Forge');
    const { version } = await forgeVersion(world, id);
    await database.pool.query(
      `update mig_ver set epoch = $3, n = $4, h = ('x' || $5)::bit(128), h_epoch = $3, h_n = $4
       where tenant = $1 and key = $2`,
      [world.tenant, `list:${id}`, version.e, version.n, 'f'.repeat(32)],
    );
    await world.run(world.newWorker(), 'reverse');
    expect(await world.row()).toMatchObject({ stage: 'live', condition: 'quarantined' });
    const [held] = await heldRecords(database.pool, scope);
    expect(held).toMatchObject({ key: `list:${id}`, code: 'split_brain' });
    await expect(keepRecord(await decision(world), held!, BY)).rejects.toMatchObject({
      code: 'stage.unexpected',
    });
    await adoptRecord(await decision(world), held!, BY);
    await world.apply('resume');
    expect(await world.nameInPostgres(id)).toBe('by Forge');
    await world.renameAtForge(id, 'goes on');
    await world.run(world.newWorker(), 'reverse');
    expect(await world.nameInPostgres(id)).toBe('goes on');
  });
});

async function forgeVersion(of: HostileTenant, id: string) {
  const { ForgeRecords } = await import('crossgrade/live');
  const read = await new ForgeRecords((await of.lane()).send, checklists).read(`list:${id}`);
  if (read.kind !== 'read') throw new Error('Forge is not the authority');
  return read.stored;
}
