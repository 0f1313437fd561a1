import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrateLayer } from 'crossgrade/postgres';
import { migrate } from '../../storage-migration/postgres/migrate.ts';
import { emptyDatabase, testDatabase, type TestDatabase } from '../support/database.ts';
import { insertList } from './support/rows.ts';

const SQL = new URL('../../storage-migration/postgres/sql/', import.meta.url);

describe('the work of capture', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  /** What the statements of one transaction do to the layer's tables, counted by Postgres. */
  async function workOf(...statements: readonly string[]): Promise<unknown> {
    const client = await database.pool.connect();
    const count = async (): Promise<Map<string, number>> => {
      const found = await client.query<{ what: string; done: number }>(
        `select c.what, c.done::int from pg_stat_xact_user_tables,
           lateral (values (relname || ' looks', coalesce(seq_scan, 0) + coalesce(idx_scan, 0)),
             (relname || ' written', n_tup_ins + n_tup_upd + n_tup_del)) as c(what, done)
         where relname in ('mig_ver', 'mig_dirty', 'mig_gate', 'mig_quarantine')`,
      );
      return new Map(found.rows.map(({ what, done }) => [what, done]));
    };
    try {
      await client.query('begin');
      // The counts still hold what the session did before.
      const before = await count();
      for (const statement of statements) await client.query(statement);
      const after = await count();
      await client.query('commit');
      return Object.fromEntries(
        [...after].map(([what, done]) => [what, done - (before.get(what) ?? 0)]),
      );
    } finally {
      client.release();
    }
  }

  const tick = `update checklist_item set done = not done where tenant = 'work'
    and id = (select min(id::text)::uuid from checklist_item where tenant = 'work')`;
  const touch = `update checklist set updated_at = now() where tenant = 'work'`;

  it('is one version, one mark and one look for a hold for a tick of an item and its list', async () => {
    await insertList(database.pool, 'work', { items: 50 });
    await database.pool.query(`delete from mig_dirty where tenant = 'work'`);
    expect(await workOf(tick, touch)).toMatchObject({
      'mig_gate written': 0,
      'mig_gate looks': 1,
      // Found for the item. That this transaction has given it is remembered for the list.
      'mig_ver looks': 1,
      'mig_ver written': 1,
      'mig_dirty written': 1,
      'mig_quarantine looks': 1,
    });
  });

  it.each([
    ['change', 1, `update checklist_item set done = not done where tenant = 'work'`],
    // An upsert fires for its insert and for its update.
    ['go', 2, `delete from checklist_item where tenant = 'work'`],
    [
      'come',
      2,
      `insert into checklist_item (tenant, id, checklist_id, text, done, mandatory, rank)
       select tenant, gen_random_uuid(), id, 'x', false, false, 'a' from checklist, generate_series(1, 50)
       where tenant = 'work'`,
    ],
  ])('does not grow with the items that %s at once', async (_, holds, all) => {
    expect(await workOf(all)).toMatchObject({
      'mig_gate looks': 1,
      'mig_ver looks': 1,
      'mig_ver written': 1,
      'mig_dirty written': 1,
      'mig_quarantine looks': holds,
    });
  });
});

describe('a database that captures already', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterAll(() => database.drop());

  it('goes on with the same triggers and versions after the functions were replaced', async () => {
    const { pool } = database;
    const folder = await mkdtemp(join(tmpdir(), 'layer-'));
    for (const name of (await readdir(SQL)).filter((file) => file < '0007')) {
      await copyFile(new URL(name, SQL), join(folder, name));
    }
    await migrate(pool, pathToFileURL(`${folder}/`), 'mig_migration');
    await rm(folder, { recursive: true });
    await pool.query(`create schema app; create table app."Page" (site text, "Id" uuid, title text, primary key (site, "Id"));
      create table app.line (site text, page uuid, words text);
      select mig_capture('app."Page"', 'pages', 'page', 'site', 'Id', 'app."Page"', 'Id');
      select mig_capture('app.line', 'pages', 'page', 'site', 'page', 'app."Page"', 'Id')`);
    const id = randomUUID();
    const own = ['one', id];
    await pool.query(`insert into app."Page" values ($1, $2, 'a')`, own);
    await pool.query(`insert into app.line values ($1, $2, 'a'), ($1, null, 'b')`, own);
    const triggers = 'select oid, tgrelid, tgfoid, tgenabled from pg_trigger order by oid';
    const before = await pool.query(triggers);
    const functions = `select prosrc from pg_proc where proname like 'mig_capture_app%' order by oid`;
    const sources = await pool.query(functions);
    expect(sources.rowCount).toBe(2);

    await migrateLayer(pool);

    expect((await pool.query(triggers)).rows).toEqual(before.rows);
    const replaced = await pool.query(functions);
    for (const [n, row] of replaced.rows.entries()) expect(row).not.toEqual(sources.rows[n]);
    const version = async (): Promise<unknown> => {
      const found = await pool.query('select key, n::int, deleted from mig_ver');
      return found.rows;
    };
    await pool.query(`update app.line set words = 'c' where site = 'one'`);
    expect(await version()).toEqual([{ key: `page:${id}`, n: 3, deleted: false }]);
    await pool.query(`update app."Page" set title = 'b'`);
    expect(await version()).toEqual([{ key: `page:${id}`, n: 4, deleted: false }]);
    await pool.query(`update app.line set page = null`);
    expect(await version()).toEqual([{ key: `page:${id}`, n: 5, deleted: false }]);
    await pool.query(`delete from app."Page"`);
    expect(await version()).toEqual([{ key: `page:${id}`, n: 6, deleted: true }]);
  });
});
