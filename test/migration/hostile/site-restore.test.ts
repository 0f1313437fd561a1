import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { compareDigests } from 'crossgrade/verify';
import { enrol, register } from 'crossgrade/postgres';
import { Lanes } from '../../../operator/worker/tenant-lane.ts';
import { checklists } from '../../../remote-server/records/index.ts';
import { heldRecords, resend } from 'crossgrade/quarantine';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { ENTITIES } from '../support/entities.ts';
import { deleteList, insertList, renameList } from '../support/rows.ts';

const BY = { who: 'olga', reason: 'looked at' };
let world: HostileTenant | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const rename = (of: HostileTenant, id: string, name: string) =>
  renameList(of.database.pool, of.tenant, id, name);
const verification = async (of: HostileTenant) => (await of.lane()).verify(() => false);
const clean = async (of: HostileTenant) => compareDigests(await verification(of));
const snapshot = ({ forge }: HostileTenant) => forge.store.snapshot(forge.installationId);
const restore = ({ forge }: HostileTenant, id: string) =>
  forge.store.restore(forge.installationId, id);

describe('a site that was restored to an older state', () => {
  it('stops the tenant in verify, and nothing is sent until a person says that Postgres counts', async () => {
    world = await hostileTenant();
    const { database, ids, tenant } = world;
    const worker = world.newWorker();
    await world.toVerify(worker);
    const old = snapshot(world);
    await rename(world, ids[0]!, 'lost at Forge');
    await deleteList(database.pool, tenant, ids[1]!);
    const made = await insertList(database.pool, tenant);
    await world.run(worker, 'push');
    restore(world, old);
    // In a bucket that went back, so that the worker meets its head.
    await rename(world, ids[0]!, 'the next change');
    await world.run(worker, 'push');
    expect(await world.row()).toMatchObject({ stage: 'verify', condition: 'quarantined' });
    expect((await world.row()).condition_reason).toContain('head.regressed');
    await world.run(worker, 'push', 'verify', 'recover');
    expect(world.nameAtForge(ids[0]!)).toBe('Definition of Done');
    // Users write in Postgres as before: it is the authority, and lost nothing.
    await rename(world, ids[2]!, 'meanwhile');

    const sent = await resend(await verification(world), BY);
    expect(sent).toMatchObject({ epoch: 1_001, held: 0 });
    expect(await world.apply('resume')).toMatchObject({ outcome: 'done', epoch: 1_001 });
    await world.run(world.newWorker(), 'push');
    expect(world.nameAtForge(ids[0]!)).toBe('the next change');
    expect(world.nameAtForge(ids[1]!)).toBeUndefined();
    expect(world.nameAtForge(made)).toBe('Definition of Done');
    expect(world.nameAtForge(ids[2]!)).toBe('meanwhile');
    expect(await clean(world)).toMatchObject({ result: 'clean' });
    // The pass of before counts no more.
    expect((await world.plan('cutover')).refusals).toMatchObject([{ code: 'verify.not_clean' }]);
    await world.verify(world.newWorker());
    expect(await world.apply('cutover')).toMatchObject({ stage: 'live' });
  });

  it('is copied anew from where its heads went back to, also when they are gone', async () => {
    world = await hostileTenant(20);
    const { ids } = world;
    const worker = world.newWorker();
    const empty = snapshot(world);
    await world.run(worker, 'enrol', 'copy');
    restore(world, empty);
    await world.run(world.newWorker(), 'verify');
    expect(await world.row()).toMatchObject({ stage: 'verify', condition: 'quarantined' });
    expect((await world.row()).condition_reason).toContain('head.missing');
    await resend(await verification(world), BY);
    expect(await world.row()).toMatchObject({ stage: 'copy' });
    await world.apply('resume');
    const next = world.newWorker();
    await world.run(next, 'copy', 'push');
    expect(await world.row()).toMatchObject({ stage: 'verify', condition: null });
    expect(world.nameAtForge(ids[19]!)).toBe('Definition of Done');
    expect(await clean(world)).toMatchObject({ result: 'clean', compared: 20 });
  });

  it('is frozen on both sides while Forge is the authority, and goes on from what had come back', async () => {
    world = await hostileTenant();
    const { ids, database } = world;
    const worker = world.newWorker();
    await world.toVerify(worker);
    await world.apply('cutover');
    const old = snapshot(world);
    await world.renameAtForge(ids[0]!, 'came back in time');
    await world.run(worker, 'reverse');
    restore(world, old);
    // A function, which knows nothing of it, writes before anybody looks.
    await world.renameAtForge(ids[1]!, 'after the restore');
    await world.run(worker, 'reverse');
    expect(await world.row()).toMatchObject({ stage: 'live', condition: 'quarantined' });
    expect((await world.row()).condition_reason).toContain('head.regressed');
    expect(await world.renameAtForge(ids[2]!, 'no')).toEqual({ kind: 'elsewhere', authority: 'D' });
    await expect(rename(world, ids[2]!, 'no')).rejects.toMatchObject({ code: '55006' });

    const sent = await resend(await verification(world), BY);
    expect(sent).toMatchObject({ records: 1, held: 1 });
    expect(await heldRecords(database.pool, world.scope)).toMatchObject([
      { key: `list:${ids[1]}`, code: 'target.ahead' },
    ]);
    expect((await world.plan('resume')).refusals).toMatchObject([{ code: 'record.held' }]);
    expect(await world.nameInPostgres(ids[0]!)).toBe('came back in time');
    await rename(world, ids[2]!, 'Postgres takes writes');
  });

  it('copied to another installation is no target of ours', async () => {
    world = await hostileTenant();
    const { forge, database, scope } = world;
    await world.toVerify(world.newWorker());
    const sandbox = `ari:cloud:ecosystem::installation/${randomUUID()}`;
    forge.store.open(sandbox);
    forge.store.declare(sandbox, ENTITIES);
    forge.store.clone(forge.installationId, sandbox);
    await expect(
      register(database.pool, checklists, {
        ...{ ...scope, cloudId: 'c', installationId: sandbox, who: 'test' },
      }),
    ).rejects.toMatchObject({ code: 'enrol.other_installation' });
    // As a tenant of its own, whose storage came with the copy of the site.
    await insertList(database.pool, 'sandbox');
    const own = { tenant: 'sandbox', group: scope.group };
    const row = await register(database.pool, checklists, {
      ...{ ...own, cloudId: 'd', installationId: sandbox, who: 'test' },
    });
    forge.installationId = sandbox;
    const lane = await new Lanes(database.pool, forge.config).of(row);
    await expect(enrol(database.pool, lane.send, row, 'test')).rejects.toMatchObject({
      code: 'enrol.foreign_head',
    });
  });
});
