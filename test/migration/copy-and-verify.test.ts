import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { leaveCopy, tenantProgress } from 'crossgrade/postgres';
import { compareDigests, scrub } from 'crossgrade/verify';
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

const lists = (of: Rig) =>
  [...of.store.inspect(of.installationId)].filter((item) => item.entityName === 'tally-list');

describe('copying a tenant that people write to', () => {
  it('copies what stood there, follows what changes and is found equal in every bucket', async () => {
    const { pool } = database;
    const tenant = 'copies';
    const ids: string[] = [];
    for (let i = 0; i < 300; i++) ids.push(await insertList(pool, tenant, { items: i % 12 }));
    rig = await enrolledRig(pool, tenant);
    await backfill(rig);
    await renameList(pool, tenant, ids[0]!, 'renamed');
    await deleteList(pool, tenant, ids[1]!);
    await deleteList(pool, tenant, ids[2]!);
    await insertList(pool, tenant, { id: ids[2]!, text: 'again ' });
    await insertList(pool, tenant);
    expect(await pushAll(rig)).toBe(4);
    expect(lists(rig)).toHaveLength(300);

    expect(await leaveCopy(pool, rig.verify.scope, 'test')).toBe(true);
    const digest = await compareDigests(rig.verify);
    expect(digest).toMatchObject({ result: 'clean', differences: 0, compared: 300 });
    expect(await scrub(rig.verify)).toMatchObject({ result: 'clean', compared: 300 });
    const progress = await tenantProgress(pool, tenant, 'checklists');
    expect(progress).toMatchObject({
      stage: 'verify',
      recordsTotal: 300,
      recordsCopied: 300,
      dirty: 0,
    });
  });

  it('writes a delete over a stored record as a tombstone, and a re-creation over the tombstone', async () => {
    const { pool } = database;
    const tenant = 'tombstones';
    const id = await insertList(pool, tenant);
    rig = await enrolledRig(pool, tenant);
    await backfill(rig);
    await deleteList(pool, tenant, id);
    await pushAll(rig);
    expect(lists(rig)).toHaveLength(0);
    const tombstones = () =>
      [...rig!.store.inspect(rig!.installationId)].filter((item) => item.key.startsWith('t:'));
    expect(tombstones()).toHaveLength(1);
    expect(tombstones()[0]!.key).not.toContain(id);
    await insertList(pool, tenant, { id });
    await pushAll(rig);
    expect(lists(rig)).toHaveLength(1);
    expect(tombstones()).toHaveLength(0);
    expect(await compareDigests(rig.verify)).toMatchObject({ result: 'clean' });
  });

  it('sets aside and names a record over sixteen parts, truncates nothing and keeps the tenant in copy', async () => {
    const { pool } = database;
    const tenant = 'poisoned';
    await insertList(pool, tenant);
    const poison = await insertList(pool, tenant, { items: 1_100, text: '🦄'.repeat(900) });
    rig = await enrolledRig(pool, tenant);
    await backfill(rig);
    expect(await leaveCopy(pool, rig.verify.scope, 'test')).toBe(false);
    const progress = await tenantProgress(pool, tenant, 'checklists');
    expect(progress.setAside).toMatchObject([{ key: `list:${poison}`, code: 'value_too_large' }]);
    expect(lists(rig)).toHaveLength(1);
    // Shortened by its owner, it travels by itself.
    await pool.query(
      `update checklist_item set text = 'short' where tenant = $1 and checklist_id = $2`,
      [tenant, poison],
    );
    await pushAll(rig);
    expect(await leaveCopy(pool, rig.verify.scope, 'test')).toBe(true);
    expect(lists(rig)).toHaveLength(2);
  });
});

describe('a verification', () => {
  it('names the one record that was changed behind the back of the layer, from the sketches alone', async () => {
    const { pool } = database;
    const tenant = 'corrupted';
    for (let i = 0; i < 50; i++) await insertList(pool, tenant);
    const victim = await insertList(pool, tenant);
    rig = await enrolledRig(pool, tenant);
    await backfill(rig);
    const item = lists(rig).find((stored) => stored.key === `list:${victim}`)!;
    const value = item.value as { doc: { name: string } };
    const body = {
      entityName: 'tally-list',
      key: item.key,
      value: { ...value, doc: { ...value.doc, name: 'Hijacked' } },
    };
    await rig.store.handle(rig.installationId, '/entity/set', JSON.stringify(body));
    // Batch reads may show for a moment what stood there before.
    await rig.send.timing.sleep(10_000);
    // The head's digest still agrees: only reading back can see it.
    expect(await compareDigests(rig.verify)).toMatchObject({ result: 'clean' });
    expect(await scrub(rig.verify)).toMatchObject({ result: 'different', differences: 1 });
    const found = await pool.query(`select key, class from mig_difference`);
    expect(found.rows).toContainEqual({ key: `list:${victim}`, class: 'corrupt' });
  });

  it('finds a version that Postgres lost the mark of, and a record nobody knows', async () => {
    const { pool } = database;
    const tenant = 'lost-mark';
    const id = await insertList(pool, tenant);
    for (let i = 0; i < 20; i++) await insertList(pool, tenant);
    rig = await enrolledRig(pool, tenant);
    await backfill(rig);
    await renameList(pool, tenant, id, 'never sent');
    await pool.query('delete from mig_dirty where tenant = $1', [tenant]);
    expect(await compareDigests(rig.verify)).toMatchObject({ result: 'different', differences: 1 });
    const stranger = {
      entityName: 'tally-list',
      key: 'list:stranger',
      value: { mve: 1, mvn: 1, issue: '1', rank: 'a', doc: {} },
    };
    await rig.store.handle(rig.installationId, '/entity/set', JSON.stringify(stranger));
    await rig.send.timing.sleep(10_000);
    await scrub(rig.verify);
    const found = await pool.query(`select key, class from mig_difference order by key`);
    expect(found.rows).toContainEqual({ key: 'list:stranger', class: 'rogue' });
    expect(found.rows).toContainEqual({ key: `list:${id}`, class: 'corrupt' });
  });
});
