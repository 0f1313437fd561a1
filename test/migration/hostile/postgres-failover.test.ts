import { afterEach, describe, expect, it } from '@jest/globals';
import type { ItemKey } from 'crossgrade/forge';
import { explainRecord } from '../../../operator/commands/explain-record.ts';
import {
  quarantineCommand,
  type QuarantineOptions,
} from '../../../operator/commands/quarantine-command.ts';
import { compareDigests } from 'crossgrade/verify';
import { adoptRecord, heldRecords, keepRecord, lookBack } from 'crossgrade/quarantine';
import { checklists } from '../../../remote-server/records/index.ts';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { keepState } from '../support/postgres-outage.ts';
import { deleteList, insertList, renameList } from '../support/rows.ts';

const BY = { who: 'olga', reason: 'looked at' };
let world: HostileTenant | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const HELD = 'MQ001';
const CLOSED = '55006';

const decision = async (of: HostileTenant) => ({
  ...{ pool: of.database.pool, scope: of.scope, group: checklists },
  send: (await of.lane()).send,
});
const rename = (of: HostileTenant, id: string, name: string) =>
  renameList(of.database.pool, of.tenant, id, name);
const xg = async (of: HostileTenant, options: Partial<QuarantineOptions>) => {
  const lines: string[] = [];
  const code = await quarantineCommand(
    of.forge.config,
    of.tenant,
    { who: 'olga', json: true, ...options },
    (line) => lines.push(line),
  );
  return { code, said: JSON.parse(lines.join('')) as { next_steps: string[]; seen: string } };
};
const explained = async (of: HostileTenant, key: string) => {
  const lines: string[] = [];
  await explainRecord(of.forge.config, of.tenant, key, {}, (line) => lines.push(line));
  return lines.join('\n');
};
const clean = async (of: HostileTenant) => {
  const lane = await of.lane();
  return compareDigests(lane.verify(() => false));
};

describe('Postgres failed over to a replica that was behind', () => {
  it('holds exactly the records that Forge has newer, and lets a person take them back', async () => {
    world = await hostileTenant();
    const { database, ids, tenant } = world;
    const worker = world.newWorker();
    await world.toVerify(worker);
    const replica = await keepState(database);
    await rename(world, ids[0]!, 'changed in the lost time');
    await deleteList(database.pool, tenant, ids[1]!);
    const made = await insertList(database.pool, tenant);
    await world.run(worker, 'push');
    await replica.failOver();
    expect(await world.nameInPostgres(ids[0]!)).toBe('Definition of Done');
    await rename(world, ids[2]!, 'written after it');

    // The same worker process: it notices by the life of the database, before it sends anything.
    await world.run(worker, 'push');
    expect(await world.row()).toMatchObject({ stage: 'verify', condition: 'quarantined' });
    expect((await world.row()).condition_reason).toContain('target.ahead');
    const held = await heldRecords(database.pool, world.scope);
    expect(new Set(held.map(({ key }) => key))).toEqual(
      new Set([`list:${ids[0]}`, `list:${ids[1]}`, `list:${made}`]),
    );
    expect(world.nameAtForge(ids[2]!)).toBe('Definition of Done');

    const listed = await xg(world, {});
    expect(listed.said.next_steps[1]).toContain(
      `xg quarantine acme --adopt-all 3 --seen ${listed.said.seen}`,
    );
    expect(await explained(world, held[0]!.key)).toContain('nobody writes it until a person has');

    // Nobody writes what is held; everything else goes on.
    await expect(rename(world, ids[0]!, 'no')).rejects.toMatchObject({ code: HELD });
    await rename(world, ids[3]!, 'yes');
    expect((await world.plan('resume')).refusals).toMatchObject([{ code: 'record.held' }]);

    const { seen } = listed.said;
    for (const other of [
      { adoptAll: '2', seen },
      { adoptAll: '3', seen: 'another mark' },
      { adopt: [held[0]!.key], seen: 'another mark' },
    ]) {
      const unseen = await xg(world, { ...other, reason: 'taken back' });
      expect(unseen).toMatchObject({ code: 3, said: { error: { code: 'plan.stale' } } });
    }
    const blind = await xg(world, { adoptAll: '3', reason: 'taken back' });
    expect(blind).toMatchObject({ code: 2, said: { error: { code: 'config.invalid' } } });
    const adopted = await xg(world, { adoptAll: '3', seen, reason: 'taken back' });
    expect(adopted).toMatchObject({ code: 0, said: { held: [] } });
    expect(await world.nameInPostgres(ids[0]!)).toBe('changed in the lost time');
    expect(await world.nameInPostgres(ids[1]!)).toBeUndefined();
    expect(await world.nameInPostgres(made)).toBe('Definition of Done');
    expect(await world.apply('resume')).toMatchObject({ outcome: 'done' });
    await world.run(world.newWorker(), 'push');
    expect(await world.row()).toMatchObject({ condition: null });
    expect(world.nameAtForge(ids[2]!)).toBe('written after it');
    expect(await clean(world)).toMatchObject({ result: 'clean' });
    await rename(world, ids[0]!, 'goes on');
    await world.run(worker, 'push');
    expect(world.nameAtForge(ids[0]!)).toBe('goes on');
  });

  it('holds nothing for being newer in Forge when a hand-over has made Forge the authority meanwhile', async () => {
    world = await hostileTenant();
    const here = world;
    const { database, ids } = here;
    await here.toVerify(here.newWorker());
    // As after an acknowledgement that was lost, so that the record is looked at.
    await database.pool.query(
      'update mig_ver set h = null, h_epoch = null, h_n = null where key = $1',
      [`list:${ids[0]}`],
    );
    const lane = await here.lane();
    const { carrier } = lane.send;
    let handedOver = 0;
    const get = async (item: ItemKey) => {
      if (item.key.includes(ids[0]!) && (handedOver += 1) === 1) {
        expect(await here.apply('cutover')).toMatchObject({ outcome: 'done' });
        await here.renameAtForge(ids[0]!, 'rightly newer');
      }
      return carrier.get(item);
    };
    const slow = Object.create(carrier, { get: { value: get } }) as typeof carrier;
    const context = lane.verify(() => false);
    const looked = await lookBack({ ...context, send: { ...context.send, carrier: slow } });
    expect(handedOver).toBeGreaterThan(0);
    expect(looked).toMatchObject({ held: [], isDouble: false });
  });

  it('notices that a version was given twice, and keeps what a person decides for', async () => {
    world = await hostileTenant();
    const { database, ids } = world;
    await world.toVerify(world.newWorker());
    const [once, often] = [ids[0]!, ids[1]!];
    const replica = await keepState(database);
    await rename(world, once, 'lost');
    await rename(world, often, 'lost too');
    await world.run(world.newWorker(), 'push');
    await replica.failOver();
    await rename(world, once, 'the same version, other words');
    for (const name of ['one', 'two', 'three']) await rename(world, often, name);

    await world.run(world.newWorker(), 'push');
    const held = await heldRecords(database.pool, world.scope);
    expect(new Map(held.map(({ key, code }) => [key, code]))).toEqual(
      new Map([
        [`list:${once}`, 'split_brain'],
        [`list:${often}`, 'target.ahead'],
      ]),
    );
    expect(world.nameAtForge(often)).toBe('lost too');
    const heldAs = (id: string) => held.find(({ key }) => key === `list:${id}`)!;
    await keepRecord(await decision(world), heldAs(often), BY);
    await adoptRecord(await decision(world), heldAs(once), BY);
    await world.apply('resume');
    await world.run(world.newWorker(), 'push');
    expect(await world.row()).toMatchObject({ condition: null });
    expect(world.nameAtForge(often)).toBe('three');
    expect(await world.nameInPostgres(often)).toBe('three');
    expect(await world.nameInPostgres(once)).toBe('lost');
    expect(world.nameAtForge(once)).toBe('lost');
    expect(await clean(world)).toMatchObject({ result: 'clean' });
  });

  it('to before the hand-over stops Postgres’ writers at once, for Forge is the authority', async () => {
    world = await hostileTenant();
    const { database, ids } = world;
    const worker = world.newWorker();
    await world.toVerify(worker);
    const replica = await keepState(database);
    await rename(world, ids[0]!, 'before the hand-over');
    await world.run(worker, 'push');
    await world.verify(worker);
    expect(await world.apply('cutover')).toMatchObject({ stage: 'live' });
    await world.renameAtForge(ids[1]!, 'at Forge');
    await replica.failOver();
    await rename(world, ids[2]!, 'by an authority of the past');

    await world.run(world.newWorker(), 'push');
    expect(await world.row()).toMatchObject({ stage: 'verify', condition: 'quarantined' });
    expect((await world.row()).condition_reason).toContain('authority.double');
    await expect(rename(world, ids[3]!, 'no')).rejects.toMatchObject({ code: CLOSED });
    const held = await heldRecords(database.pool, world.scope);
    expect(new Set(held.map(({ key }) => key))).toEqual(
      new Set([ids[0], ids[1], ids[2]].map((id) => `list:${id}`)),
    );
    for (const one of held) await adoptRecord(await decision(world), one, BY);
    expect(await world.apply('recover')).toMatchObject({ stage: 'live' });
    await world.apply('resume');
    expect(await world.nameInPostgres(ids[0]!)).toBe('before the hand-over');
    expect(await world.nameInPostgres(ids[1]!)).toBe('at Forge');
    // What the past wrote is gone, and a person has said so.
    expect(await world.nameInPostgres(ids[2]!)).toBe('Definition of Done');
    await world.renameAtForge(ids[2]!, 'goes on');
    await world.run(world.newWorker(), 'reverse');
    expect(await world.nameInPostgres(ids[2]!)).toBe('goes on');
    expect(await world.apply('rollback')).toMatchObject({ stage: 'verify' });
    expect(await clean(world)).toMatchObject({ result: 'clean' });
  });

  it('while Forge is the authority brings everything back again by itself', async () => {
    world = await hostileTenant();
    const { database, ids } = world;
    const worker = world.newWorker();
    await world.toVerify(worker);
    await world.apply('cutover');
    await world.renameAtForge(ids[0]!, 'first');
    await world.run(worker, 'reverse');
    const replica = await keepState(database);
    await world.renameAtForge(ids[0]!, 'second');
    await world.renameAtForge(ids[1]!, 'third');
    await world.run(worker, 'reverse');
    await replica.failOver();
    expect(await world.nameInPostgres(ids[0]!)).toBe('first');
    await world.run(worker, 'reverse');
    expect(await world.nameInPostgres(ids[0]!)).toBe('second');
    expect(await world.nameInPostgres(ids[1]!)).toBe('third');
    expect(await world.row()).toMatchObject({ stage: 'live', condition: null });
  });

  it('to before a rollback never opens Postgres over records that Forge holds newer', async () => {
    world = await hostileTenant();
    const { database, ids } = world;
    const worker = world.newWorker();
    await world.toVerify(worker);
    await world.apply('cutover');
    const replica = await keepState(database);
    await world.apply('rollback');
    await rename(world, ids[0]!, 'after the rollback');
    await world.run(world.newWorker(), 'push');
    expect(world.nameAtForge(ids[0]!)).toBe('after the rollback');
    await replica.failOver();
    await world.run(world.newWorker(), 'reverse', 'recover');
    expect(await world.row()).toMatchObject({ stage: 'live', condition: 'quarantined' });
    await expect(rename(world, ids[1]!, 'no')).rejects.toMatchObject({ code: CLOSED });
    const held = await heldRecords(database.pool, world.scope);
    expect(held.map(({ key }) => key)).toEqual([`list:${ids[0]}`]);
    await adoptRecord(await decision(world), held[0]!, BY);
    expect(await world.apply('recover')).toMatchObject({ stage: 'verify' });
    await world.apply('resume');
    await rename(world, ids[1]!, 'open again');
    await world.run(world.newWorker(), 'push');
    expect(await world.nameInPostgres(ids[0]!)).toBe('after the rollback');
    expect(await clean(world)).toMatchObject({ result: 'clean' });
  });
});
