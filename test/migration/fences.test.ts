import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pushBucket } from 'crossgrade/copy';
import {
  enrol,
  findBrokenAudit,
  leaveCopy,
  readTenant,
  register,
  returnToCopy,
} from 'crossgrade/postgres';
import { compareDigests } from 'crossgrade/verify';
import { checklists } from '../../remote-server/records/index.ts';
import { slotOf } from '../../storage-migration/bucket/slot.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { enrolledRig, type Rig } from './support/rig.ts';
import { deleteList, insertList, renameList } from './support/rows.ts';
import { backfill, pushAll } from './support/run.ts';

let database: TestDatabase;
let rig: Rig | undefined;
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => {
  rig?.close();
  rig = undefined;
});
afterAll(() => database.drop());

const bucketOf = (of: Rig, id: string) => slotOf(`list:${id}`) % of.send.scope.buckets;
const headOf = (of: Rig, id: string) => {
  const key = `h:checklists:${bucketOf(of, id)}`;
  const item = [...of.store.inspect(of.installationId)].find((stored) => stored.key === key);
  return item!.value as Record<string, unknown>;
};
/** Writes a head past the layer, as another coordinator or a restore would. */
async function setHead(of: Rig, id: string, change: Record<string, unknown>): Promise<void> {
  const value = { ...headOf(of, id), ...change };
  const key = `h:checklists:${bucketOf(of, id)}`;
  await of.store.handle(
    of.installationId,
    '/entity/set',
    JSON.stringify({ entityName: 'mig-head', key, value }),
  );
}
const stored = (of: Rig, id: string) =>
  [...of.store.inspect(of.installationId)].find((item) => item.key === `list:${id}`)?.value as
    { doc: { name: string } } | undefined;

async function copied(tenant: string): Promise<{ rig: Rig; id: string }> {
  const id = await insertList(database.pool, tenant);
  rig = await enrolledRig(database.pool, tenant, { switches: { spuriousConflict: 0 } });
  await backfill(rig);
  return { rig, id };
}

describe('a fence', () => {
  it('stops what was read at an older epoch, and a later snapshot of the same epoch as well', async () => {
    const { rig, id } = await copied('fenced');
    await renameList(database.pool, 'fenced', id, 'from an old epoch');
    const slice = (await rig.reader.dirty(10)).get(bucketOf(rig, id))!;
    await setHead(rig, id, { epoch: 2 });
    rig.send.heads.forget(bucketOf(rig, id));
    const options = { context: rig.send, group: checklists, ledger: rig.ledger };
    await expect(pushBucket(options, bucketOf(rig, id), slice)).rejects.toMatchObject({
      code: 'fence.closed',
    });
    expect(stored(rig, id)!.doc.name).toBe('Definition of Done');
  });

  it('also stops a sender that still believes in the head it wrote last', async () => {
    const { rig, id } = await copied('believer');
    await renameList(database.pool, 'believer', id, 'too late');
    const slice = (await rig.reader.dirty(10)).get(bucketOf(rig, id))!;
    // The flip of a hand-over: the register moves, seq does not.
    await setHead(rig, id, { epoch: 2, auth: 'F' });
    const options = { context: rig.send, group: checklists, ledger: rig.ledger };
    await expect(pushBucket(options, bucketOf(rig, id), slice)).rejects.toMatchObject({
      code: 'fence.closed',
    });
    expect(stored(rig, id)!.doc.name).toBe('Definition of Done');
  });

  it('refuses a mapping that the target was not filled with', async () => {
    const { rig, id } = await copied('mapping');
    await renameList(database.pool, 'mapping', id, 'new');
    await setHead(rig, id, { mapv: 2 });
    rig.send.heads.forget(bucketOf(rig, id));
    await expect(pushAll(rig)).rejects.toMatchObject({ code: 'layer.version_mismatch' });
  });

  it('notices a register that went back, as a restored site has one', async () => {
    const { rig, id } = await copied('restored');
    await renameList(database.pool, 'restored', id, 'one');
    await pushAll(rig);
    await setHead(rig, id, { seq: 0 });
    rig.send.heads.forget(bucketOf(rig, id));
    await renameList(database.pool, 'restored', id, 'two');
    await expect(pushAll(rig)).rejects.toMatchObject({ code: 'head.regressed' });
  });

  it('calls one version with two contents a split brain', async () => {
    const { rig, id } = await copied('split');
    const value = { ...stored(rig, id), doc: { name: 'another authority' } };
    await rig.store.handle(
      rig.installationId,
      '/entity/set',
      JSON.stringify({ entityName: 'tally-list', key: `list:${id}`, value }),
    );
    rig.send.heads.forget(bucketOf(rig, id));
    const slice = await rig.reader.keys([`list:${id}`]);
    const options = { context: rig.send, group: checklists, ledger: rig.ledger };
    await expect(pushBucket(options, bucketOf(rig, id), slice)).rejects.toMatchObject({
      code: 'split_brain',
    });
  });
});

describe('an old message', () => {
  it('does not bring a deleted list back, nor undo a newer name', async () => {
    const { rig, id } = await copied('late');
    const kept = await insertList(database.pool, 'late');
    await pushAll(rig);
    const [old, oldKept] = [
      await rig.reader.keys([`list:${id}`]),
      await rig.reader.keys([`list:${kept}`]),
    ];
    await deleteList(database.pool, 'late', id);
    await renameList(database.pool, 'late', kept, 'newer');
    await pushAll(rig);
    const late = await rig.another();
    const options = { context: late.send, group: checklists, ledger: late.ledger };
    await pushBucket(options, bucketOf(rig, id), old);
    await pushBucket(options, bucketOf(rig, kept), oldKept);
    expect(stored(rig, id)).toBeUndefined();
    expect(stored(rig, kept)!.doc.name).toBe('newer');
  });
});

describe('a push', () => {
  it('leaves what the backfill has not passed to the backfill, which inserts without reading', async () => {
    const { pool } = database;
    const id = await insertList(pool, 'ahead');
    rig = await enrolledRig(pool, 'ahead', { switches: { spuriousConflict: 0 } });
    const slice = await rig.reader.keys([`list:${id}`]);
    const options = { context: rig.send, group: checklists, ledger: rig.ledger };
    expect(await pushBucket(options, bucketOf(rig, id), slice)).toEqual({
      acknowledged: 0,
      cleared: 0,
      left: 1,
    });
    expect(stored(rig, id)).toBeUndefined();
    await backfill(rig);
    expect(stored(rig, id)!.doc.name).toBe('Definition of Done');
    expect(await compareDigests(rig.verify)).toMatchObject({ result: 'clean', compared: 1 });
  });

  it('that finds a record too large after the copy sends the tenant back to copy', async () => {
    const { pool } = database;
    const { rig, id } = await copied('grown');
    const scope = { tenant: 'grown', group: 'checklists' };
    expect(await leaveCopy(pool, scope, 'test')).toBe(true);
    await pool.query(
      `insert into checklist_item (tenant, id, checklist_id, text, done, mandatory, rank)
       select 'grown', gen_random_uuid(), $1, repeat('🦄', 1000), false, false, 'b' from generate_series(1, 1200)`,
      [id],
    );
    await pushAll(rig);
    expect(await returnToCopy(pool, scope, 'test')).toBe(true);
    expect((await readTenant(pool, scope))!.stage).toBe('copy');
    // What Forge holds is the last version that fitted, whole.
    expect(stored(rig, id)!.doc.name).toBe('Definition of Done');
  });
});

describe('an acknowledgement', () => {
  const dirty = async (tenant: string) =>
    (await database.pool.query('select 1 from mig_dirty where tenant = $1', [tenant])).rowCount;

  it('clears only the version it names', async () => {
    const { rig, id } = await copied('named');
    await renameList(database.pool, 'named', id, 'v2');
    const seen = { epoch: 1, seq: 99, cursor: { at: 'end' } as const };
    const ack = (n: number) => ({ key: `list:${id}`, version: { e: 1, n }, hash: '0'.repeat(32) });
    await rig.ledger.acknowledge(bucketOf(rig, id), [ack(1)], seen);
    expect(await dirty('named')).toBe(1);
    const { rows } = await database.pool.query<{ n: string }>(
      `select n from mig_ver where tenant = 'named'`,
    );
    await rig.ledger.acknowledge(bucketOf(rig, id), [ack(Number(rows[0]!.n))], seen);
    expect(await dirty('named')).toBe(0);
  });

  it('of an earlier incarnation clears nothing', async () => {
    const { rig, id } = await copied('incarnation');
    await renameList(database.pool, 'incarnation', id, 'v2');
    await database.pool.query(`update mig_tenant set incarnation = 2 where tenant = 'incarnation'`);
    await pushAll(rig).catch(() => undefined);
    expect(await dirty('incarnation')).toBe(1);
  });

  it('never waits for a row that a user has open', async () => {
    const { rig, id } = await copied('open');
    await renameList(database.pool, 'open', id, 'v2');
    const user = await database.pool.connect();
    await user.query('begin');
    await user.query(`update checklist set name = 'v3' where tenant = 'open' and id = $1`, [id]);
    // Would hang, and in production could deadlock, if it waited.
    await pushAll(rig);
    expect(await dirty('open')).toBe(1);
    await user.query('commit');
    user.release();
    await pushAll(rig);
    expect(stored(rig, id)!.doc.name).toBe('v3');
    expect(await dirty('open')).toBe(0);
  });
});

describe('an enrolment', () => {
  const other = 'ari:cloud:ecosystem::installation/00000000-0000-4000-8000-0000000000ff';

  it('can be killed and run again, and refuses another installation for the same tenant', async () => {
    const { rig } = await copied('again');
    const scope = { tenant: 'again', group: 'checklists' };
    const row = (await readTenant(database.pool, scope))!;
    await enrol(database.pool, rig.send, row, 'test').catch(() => undefined);
    expect((await readTenant(database.pool, scope))!.stage).toBe('copy');
    await expect(
      register(database.pool, checklists, {
        ...scope,
        cloudId: 'c',
        installationId: other,
        who: 'test',
      }),
    ).rejects.toMatchObject({ code: 'enrol.other_installation' });
  });

  it('refuses an installation that belongs to another tenant', async () => {
    const { rig } = await copied('owner');
    await insertList(database.pool, 'thief');
    await expect(
      register(database.pool, checklists, {
        ...{ tenant: 'thief', group: 'checklists', cloudId: 'c', who: 'test' },
        installationId: rig.installationId,
      }),
    ).rejects.toMatchObject({ code: 'enrol.other_installation' });
  });

  it('refuses a target that already holds heads of another run', async () => {
    const { rig } = await copied('foreign');
    await database.pool.query(
      `update mig_tenant set incarnation = 2, stage = 'off' where tenant = 'foreign'`,
    );
    const row = (await readTenant(database.pool, { tenant: 'foreign', group: 'checklists' }))!;
    await expect(enrol(database.pool, rig.send, row, 'test')).rejects.toMatchObject({
      code: 'enrol.foreign_head',
    });
  });

  it('refuses while rows have no version', async () => {
    const { pool } = database;
    await insertList(pool, 'unseeded');
    await pool.query(`delete from mig_ver where tenant = 'unseeded'`);
    await expect(
      register(pool, checklists, {
        ...{ tenant: 'unseeded', group: 'checklists', cloudId: 'c', who: 'test' },
        installationId: `${other}1`,
      }),
    ).rejects.toMatchObject({ code: 'enrol.not_seeded' });
  });

  it('leaves an audit that shows when a row of it was changed', async () => {
    const { pool } = database;
    const client = await pool.connect();
    expect(await findBrokenAudit(client)).toBeUndefined();
    await expect(client.query(`update mig_audit set who = 'nobody'`)).rejects.toMatchObject({
      code: '55006',
    });
    await client.query('alter table mig_audit disable trigger mig_audit_append_only');
    await client.query(
      `update mig_audit set who = 'nobody' where id = (select min(id) + 1 from mig_audit)`,
    );
    expect(await findBrokenAudit(client)).toBeDefined();
    client.release();
  });
});
