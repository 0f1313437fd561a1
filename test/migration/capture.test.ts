import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countUnseeded, seedVersions } from 'crossgrade/postgres';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { slotOf } from '../../storage-migration/bucket/slot.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { deleteList, insertList, renameList } from './support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

interface VersionRow {
  key: string;
  n: number;
  deleted: boolean;
  slot: number;
}

async function versions(tenant: string): Promise<VersionRow[]> {
  const found = await database.pool.query<VersionRow>(
    'select key, n::int, deleted, slot from mig_ver where tenant = $1 order by key',
    [tenant],
  );
  return found.rows;
}

describe('the capture of versions', () => {
  it('gives one version to a list per transaction, however many of its items change', async () => {
    const { pool } = database;
    const client = await pool.connect();
    await client.query('begin');
    const id = randomUUID();
    await client.query(
      `insert into checklist (tenant, id, issue_id, project_id, name, rank, created_at, updated_at)
       values ('one', $1, '1', '1', 'x', 'a', now(), now())`,
      [id],
    );
    await client.query(
      `insert into checklist_item (tenant, id, checklist_id, text, done, mandatory, rank)
       select 'one', gen_random_uuid(), $1, 'x', false, false, 'a' from generate_series(1, 50)`,
      [id],
    );
    await client.query('commit');
    client.release();
    expect(await versions('one')).toEqual([
      { key: `list:${id}`, n: 1, deleted: false, slot: slotOf(`list:${id}`) },
    ]);
    await pool.query(`update checklist_item set done = true where tenant = 'one'`);
    expect((await versions('one'))[0]).toMatchObject({ n: 2, deleted: false });
  });

  it('makes a tombstone of a deleted list, which its cascading items do not bring back to life', async () => {
    const id = await insertList(database.pool, 'cascade', { items: 5 });
    await deleteList(database.pool, 'cascade', id);
    const [row] = await versions('cascade');
    expect(row).toMatchObject({ deleted: true });
    await insertList(database.pool, 'cascade', { id });
    const [again] = await versions('cascade');
    expect(again).toMatchObject({ deleted: false });
    expect(again!.n).toBeGreaterThan(row!.n);
  });

  it('bumps both lists when an item moves from one to the other', async () => {
    const { pool } = database;
    const from = await insertList(pool, 'moves', { items: 1 });
    const to = await insertList(pool, 'moves', { items: 1 });
    const before = new Map((await versions('moves')).map((row) => [row.key, row.n]));
    await pool.query(
      'update checklist_item set checklist_id = $2 where tenant = $1 and checklist_id = $3',
      ['moves', to, from],
    );
    for (const row of await versions('moves')) expect(row.n).toBe(before.get(row.key)! + 1);
  });

  it('bumps the list that an item leaves for one that the transaction has just changed', async () => {
    const { pool } = database;
    await insertList(pool, 'left', { items: 1 });
    const to = await insertList(pool, 'left', { items: 0 });
    const before = new Map((await versions('left')).map(({ key, n }) => [key, n]));
    const client = await pool.connect();
    await client.query('begin');
    await client.query(`update checklist set name = 'x' where tenant = 'left' and id = $1`, [to]);
    await client.query(`update checklist_item set checklist_id = $1 where tenant = 'left'`, [to]);
    await client.query('commit');
    client.release();
    const after = await versions('left');
    expect(after).toHaveLength(2);
    for (const { key, n } of after) expect(n).toBe(before.get(key)! + 1);
  });

  it('forgets a version with the savepoint that gave it', async () => {
    const { pool } = database;
    await insertList(pool, 'savepoint', { items: 1 });
    const [before] = await versions('savepoint');
    const tick = `update checklist_item set done = not done where tenant = 'savepoint'`;
    const client = await pool.connect();
    await client.query('begin');
    await client.query(`savepoint s; ${tick}; rollback to savepoint s; ${tick}`);
    await client.query('commit');
    client.release();
    expect(await versions('savepoint')).toMatchObject([{ n: before!.n + 1 }]);
  });

  it('gives each of two transactions its version when both change items of one list at once', async () => {
    const { pool } = database;
    const id = await insertList(pool, 'at-once', { items: 2 });
    const [before] = await versions('at-once');
    const items = await pool.query<{ id: string }>(
      `select id from checklist_item where tenant = 'at-once' and checklist_id = $1`,
      [id],
    );
    const tick = (client: { query: typeof pool.query }, which: number) =>
      client.query('update checklist_item set done = true where tenant = $1 and id = $2', [
        'at-once',
        items.rows[which]?.id,
      ]);
    const first = await pool.connect();
    await first.query('begin');
    await tick(first, 0);
    const second = tick(pool, 1);
    await sleep(100);
    await first.query('commit');
    first.release();
    await second;
    expect((await versions('at-once'))[0]).toMatchObject({ n: before!.n + 2, deleted: false });
  });

  it.each(['list', 'item'])(
    'corrects what a version says of its list when a %s changes',
    async (what) => {
      const { pool } = database;
      const tenant = `wrong-${what}`;
      await insertList(pool, tenant, { items: 1 });
      const change =
        what === 'list'
          ? `update checklist set name = 'x' where tenant = $1`
          : `update checklist_item set done = true where tenant = $1`;
      const wrong = 'update mig_ver set deleted = true, xact = $2 where tenant = $1';
      await pool.query(wrong, [tenant, '3']);
      await pool.query(change, [tenant]);
      expect(await versions(tenant)).toMatchObject([{ n: 3, deleted: false }]);
      // The same when the version is of the very transaction: it stays the only one.
      const client = await pool.connect();
      await client.query('begin');
      const xact = await client.query<{ xact: string }>(
        'select pg_current_xact_id()::text as xact',
      );
      await client.query(wrong, [tenant, xact.rows[0]?.xact]);
      await client.query(change, [tenant]);
      await client.query('commit');
      client.release();
      expect(await versions(tenant)).toMatchObject([{ n: 3, deleted: false }]);
    },
  );

  it('leaves no version behind a transaction that was rolled back', async () => {
    const client = await database.pool.connect();
    await client.query('begin');
    await client.query(
      `insert into tenant_setting (tenant, scope, value, updated_at) values ('back', 'site', '{}', now())`,
    );
    await client.query('rollback');
    client.release();
    expect(await versions('back')).toEqual([]);
  });

  it('computes the same slot in SQL and in TypeScript', async () => {
    const keys = Array.from({ length: 200 }, (_, i) => `list:ключ ${i} 🚀`);
    const found = await database.pool.query<{ key: string; slot: number }>(
      'select k as key, mig_slot(k) as slot from unnest($1::text[]) k',
      [keys],
    );
    for (const { key, slot } of found.rows) expect(slot).toBe(slotOf(key));
  });

  it('refuses truncate, which would bypass it, and fires for replicated sessions too', async () => {
    const { pool } = database;
    await expect(pool.query('truncate checklist_item')).rejects.toMatchObject({ code: '55006' });
    const id = await insertList(pool, 'replica');
    const client = await pool.connect();
    await client.query("set session_replication_role = 'replica'");
    await client.query(
      `update checklist set name = 'by replica' where tenant = 'replica' and id = $1`,
      [id],
    );
    await client.query("set session_replication_role = 'origin'");
    client.release();
    expect((await versions('replica'))[0]!.n).toBe(3);
  });
});

describe('the gate', () => {
  const close = (tenant: string) =>
    `with l as (select pg_advisory_xact_lock(mig_gate_lock('${tenant}', 'checklists')))
     update mig_gate set gate = 'closed' from l where tenant = '${tenant}' and grp = 'checklists'`;

  it('stops writers that come after the close with 55006', async () => {
    const { pool } = database;
    const id = await insertList(pool, 'closed');
    await pool.query(close('closed'));
    await expect(renameList(pool, 'closed', id, 'too late')).rejects.toMatchObject({
      code: '55006',
    });
  });

  it('waits for a writer that is open when it closes, so that nothing commits behind it', async () => {
    const { pool } = database;
    const id = await insertList(pool, 'waits');
    const writer = await pool.connect();
    await writer.query('begin');
    await writer.query(`update checklist set name = 'open' where tenant = 'waits' and id = $1`, [
      id,
    ]);
    let closed = false;
    const closing = pool.query(close('waits')).then(() => (closed = true));
    await sleep(200);
    expect(closed).toBe(false);
    await writer.query('commit');
    writer.release();
    await closing;
    expect((await versions('waits'))[0]!.n).toBe(3);
  });

  it('fails a late writer under repeatable read instead of letting it through', async () => {
    const { pool } = database;
    const id = await insertList(pool, 'snapshot');
    const writer = await pool.connect();
    await writer.query('begin isolation level repeatable read');
    await writer.query('select 1 from checklist limit 1');
    await pool.query(close('snapshot'));
    await expect(
      writer.query(`update checklist set name = 'late' where tenant = 'snapshot' and id = $1`, [
        id,
      ]),
    ).rejects.toMatchObject({ code: '40001' });
    await writer.query('rollback');
    writer.release();
  });
});

describe('seeding', () => {
  it('gives a version to rows that were there before the triggers, and enrolment can tell', async () => {
    const { pool } = database;
    const tenant = 'seeded';
    await pool.query('alter table checklist disable trigger mig_capture');
    const id = randomUUID();
    await pool.query(
      `insert into checklist (tenant, id, issue_id, project_id, name, rank, created_at, updated_at)
       values ($1, $2, '1', '1', 'old', 'a', now(), now())`,
      [tenant, id],
    );
    await pool.query('alter table checklist enable always trigger mig_capture');
    expect(await countUnseeded(pool, tenant, 'checklists')).toEqual({
      rowsWithoutVersion: 1,
      versionsWithoutRow: 0,
    });
    expect(await seedVersions(pool, 'checklists')).toBe(1);
    expect(await seedVersions(pool, 'checklists')).toBe(0);
    expect(await countUnseeded(pool, tenant, 'checklists')).toEqual({
      rowsWithoutVersion: 0,
      versionsWithoutRow: 0,
    });
    expect(await versions(tenant)).toMatchObject([{ key: `list:${id}`, n: 1, deleted: false }]);
  });
});
