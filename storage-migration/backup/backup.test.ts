import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { deleteList, insertList, renameList } from '../../test/migration/support/rows.ts';
import { findBrokenAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { exportTenant } from './export-tenant.ts';
import { MANIFEST } from './manifest.ts';
import { planRestore } from './plan-restore.ts';
import { readManifest } from './read-backup.ts';
import { restoreTenant } from './restore-tenant.ts';
import { backupOf, contextOf, folders, recordsIn } from './testing/backup-of.ts';

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof folders>>;
beforeAll(async () => {
  database = await testDatabase();
  folder = await folders();
});
afterAll(async () => {
  await folder.remove();
  await database.drop();
});

const who = 'olga';
const now = () => new Date('2026-11-26T01:00:00Z');
const context = (tenant: string) => contextOf(database.pool, tenant);

async function tenantWith(tenant: string, lists: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < lists; i += 1) {
    ids.push(await insertList(database.pool, tenant, { items: i % 5 }));
  }
  return ids;
}
const nameOf = async (tenant: string, id: string) => {
  const found = await database.pool.query<{ name: string }>(
    'select name from checklist where tenant = $1 and id = $2',
    [tenant, id],
  );
  return found.rows[0]?.name;
};
const epochOf = async (tenant: string) => {
  const found = await database.pool.query<{ epoch: number }>(
    'select epoch from mig_gate where tenant = $1',
    [tenant],
  );
  return found.rows[0]?.epoch ?? 1;
};
const restore = async (
  tenant: string,
  from: string,
  more: Partial<Parameters<typeof restoreTenant>[1]> = {},
) =>
  restoreTenant(context(tenant), {
    ...{ folder: from, who: 'olga', expectEpoch: await epochOf(tenant) },
    ...more,
  });

describe('an export from Postgres', () => {
  it('holds every record and tombstone with its version, in files that nobody else may read', async () => {
    const ids = await tenantWith('whole', 20);
    await renameList(database.pool, 'whole', ids[0]!, 'renamed');
    await deleteList(database.pool, 'whole', ids[1]!);
    const at = folder.next();
    const records = await backupOf(context('whole'), at);
    expect(records.size).toBe(20);
    expect(records.get(`list:${ids[0]}`)).toMatchObject({
      ...{ version: { e: 1, n: 2 }, deleted: false },
      value: { doc: { name: 'renamed' } },
    });
    expect(records.get(`list:${ids[1]}`)).toEqual({
      ...{ key: `list:${ids[1]}`, version: { e: 1, n: 3 }, deleted: true, value: undefined },
    });
    const manifest = await readManifest(at);
    expect(manifest).toMatchObject({
      ...{ tenant: 'whole', group: 'checklists', authority: 'postgres', consistency: 'tenant' },
      ...{ records: 20, tombstones: 1, highestEpoch: 1, heads: null, incarnation: null },
    });
    expect(manifest.parts.length).toBeGreaterThan(3);
    for (const name of await readdir(at)) {
      expect((await stat(join(at, name))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(at)).mode & 0o777).toBe(0o700);
  });

  it('shows one moment, whatever is written meanwhile', async () => {
    const ids = await tenantWith('busy', 240);
    const from = folder.next();
    const state = { isDone: false };
    const writer = (async () => {
      // Each round gives two lists the same name in one transaction: no moment shows them apart.
      for (let round = 1; !state.isDone; round += 1) {
        await inTransaction(database.pool, async (client) => {
          for (const id of [ids[0], ids[239]]) {
            await client.query('update checklist set name = $3 where tenant = $1 and id = $2', [
              ...['busy', id, `round ${round}`],
            ]);
          }
        });
      }
    })();
    const records = await backupOf(context('busy'), from);
    state.isDone = true;
    await writer;
    const nameIn = (id: string) =>
      (records.get(`list:${id}`)?.value as { doc: { name: string } }).doc.name;
    expect(nameIn(ids[0]!)).toBe(nameIn(ids[239]!));
  });

  it('starts over after a crash, and leaves nothing of the dead attempt', async () => {
    await tenantWith('crashed', 12);
    const at = folder.next();
    await exportTenant(context('crashed'), { folder: at, who, now, partBytes: 500 });
    const whole = (await readdir(at)).length;
    // As a killed process leaves it: complete parts, one cut short under another name, no manifest.
    await rm(join(at, MANIFEST));
    await rename(join(at, 'part-000003.ndjson'), join(at, 'part-000099.ndjson.unfinished'));
    await truncate(join(at, 'part-000099.ndjson.unfinished'), 10);
    await expect(restore('crashed', at)).rejects.toMatchObject({ code: 'backup.incomplete' });
    await exportTenant(context('crashed'), { folder: at, who, now, partBytes: 500 });
    expect(await readdir(at)).toHaveLength(whole);
    expect((await recordsIn(at)).size).toBe(12);
  });

  it('writes into no folder that holds anything else', async () => {
    await tenantWith('careful', 1);
    const at = folder.next();
    await exportTenant(context('careful'), { folder: at, who, now });
    const again = exportTenant(context('careful'), { folder: at, who, now });
    await expect(again).rejects.toMatchObject({ code: 'backup.exists' });
    await rm(join(at, MANIFEST));
    await writeFile(join(at, 'thesis.doc'), '');
    const foreign = exportTenant(context('careful'), { folder: at, who, now });
    await expect(foreign).rejects.toMatchObject({ code: 'backup.exists' });
    expect(await readdir(at)).toContain('thesis.doc');
  });
});

describe('a backup with a fault', () => {
  it('is refused by the name of the file, and nothing of it is restored', async () => {
    await tenantWith('sound', 30);
    const sound = folder.next();
    await backupOf(context('sound'), sound);
    const second = 'part-000002.ndjson';
    const third = 'part-000003.ndjson';
    const faults: [string, string, (at: string) => Promise<unknown>][] = [
      ['backup.damaged', second, (at) => truncate(join(at, second), 700)],
      ['backup.damaged', third, (at) => rm(join(at, third))],
      [
        ...(['backup.damaged', second] as const),
        async (at) => {
          await rename(join(at, second), join(at, 'held'));
          await rename(join(at, third), join(at, second));
          await rename(join(at, 'held'), join(at, third));
        },
      ],
      [
        ...(['backup.damaged', third] as const),
        async (at) => {
          const text = await readFile(join(at, third), 'utf8');
          await writeFile(join(at, third), text.replace('Definition', 'definition'));
        },
      ],
      [
        ...(['backup.damaged', MANIFEST] as const),
        async (at) => {
          const text = await readFile(join(at, MANIFEST), 'utf8');
          await writeFile(join(at, MANIFEST), text.replace('"tombstones": 0', '"tombstones": 1'));
        },
      ],
      [
        ...(['backup.malformed', MANIFEST] as const),
        async (at) => {
          const text = await readFile(join(at, MANIFEST), 'utf8');
          await writeFile(join(at, MANIFEST), text.replace('"format": 1', '"format": 2'));
        },
      ],
    ];
    for (const [code, name, spoil] of faults) {
      const at = folder.next();
      await cp(sound, at, { recursive: true });
      await spoil(at);
      const refused = restore('empty', at, { intoAnotherTenant: true });
      await expect(refused).rejects.toMatchObject({ code });
      await expect(restore('empty', at, { intoAnotherTenant: true })).rejects.toThrow(name);
    }
    const rows = await database.pool.query(`select 1 from mig_ver where tenant = 'empty'`);
    expect(rows.rowCount).toBe(0);
    expect(await epochOf('empty')).toBe(1);
  });
});

describe('a restore', () => {
  it('brings back what is missing and undoes nothing newer', async () => {
    const ids = await tenantWith('kept', 6);
    const at = folder.next();
    await backupOf(context('kept'), at);
    await renameList(database.pool, 'kept', ids[0]!, 'newer');
    await deleteList(database.pool, 'kept', ids[1]!);
    expect(await restore('kept', at)).toMatchObject({ outcome: 'already', applied: 0 });
    expect(await epochOf('kept')).toBe(1);

    // The database was rewound behind the layer's back: two records are older than in the backup.
    const older = folder.next();
    await renameList(database.pool, 'kept', ids[2]!, 'lost');
    await backupOf(context('kept'), older);
    await database.pool.query(`delete from mig_dirty where tenant = 'kept'`);
    await database.pool.query(`update mig_ver set n = 1 where tenant = 'kept' and key = $1`, [
      `list:${ids[2]}`,
    ]);
    const plan = await planRestore(context('kept'), { folder: older });
    expect(plan).toMatchObject({ newer: 1, same: 5, conflicts: 0, isDone: false, refusals: [] });
    expect(await restore('kept', older)).toMatchObject({ outcome: 'done', applied: 1 });
    expect(await nameOf('kept', ids[2]!)).toBe('lost');
    expect(await nameOf('kept', ids[0]!)).toBe('newer');
    expect(await nameOf('kept', ids[1]!)).toBeUndefined();
  });

  it('leaves the gate above every epoch of the backup, so that what follows is newer', async () => {
    const [id] = await tenantWith('lifted', 2);
    await database.pool.query(`select mig_open_gate('lifted', 'checklists', 40)`);
    await renameList(database.pool, 'lifted', id!, 'at epoch 40');
    const at = folder.next();
    await backupOf(context('lifted'), at);
    expect(await restore('below', at, { intoAnotherTenant: true })).toMatchObject({
      ...{ outcome: 'done', applied: 2, epoch: 1_040 },
    });
    await renameList(database.pool, 'below', id!, 'by a user');
    const version = await database.pool.query(
      `select epoch, n from mig_ver where tenant = 'below' and key = $1`,
      [`list:${id}`],
    );
    expect(version.rows).toEqual([{ epoch: 1_040, n: '3' }]);
  });

  it('goes into another tenant only when that is said', async () => {
    await tenantWith('mine', 2);
    const at = folder.next();
    await backupOf(context('mine'), at);
    await expect(restore('yours', at)).rejects.toMatchObject({ code: 'backup.other_tenant' });
    expect(await restore('yours', at, { intoAnotherTenant: true })).toMatchObject({ applied: 2 });
  });

  it('names records with the same version and another content, and leaves them', async () => {
    const [id] = await tenantWith('split', 3);
    const at = folder.next();
    await backupOf(context('split'), at);
    await database.pool.query(`alter table checklist disable trigger mig_capture`);
    await renameList(database.pool, 'split', id!, 'past the layer');
    await database.pool.query(`alter table checklist enable always trigger mig_capture`);
    const plan = await planRestore(context('split'), { folder: at });
    expect(plan).toMatchObject({ conflicts: 1, conflicting: [`list:${id}`], same: 2 });
    expect(await restore('split', at)).toMatchObject({ outcome: 'already', conflicts: 1 });
    expect(await nameOf('split', id!)).toBe('past the layer');
    expect(await restore('split', at, { asNew: [`list:${id}`] })).toMatchObject({ applied: 1 });
    expect(await nameOf('split', id!)).toBe('Definition of Done');
  });

  it('gives chosen keys a new version, over a delete by mistake, and only once', async () => {
    const [id, other] = await tenantWith('undeleted', 4);
    await renameList(database.pool, 'undeleted', id!, 'precious');
    const at = folder.next();
    await backupOf(context('undeleted'), at);
    await deleteList(database.pool, 'undeleted', id!);
    await deleteList(database.pool, 'undeleted', other!);
    const asNew = [`list:${id}`];
    expect(await restore('undeleted', at, { asNew })).toMatchObject({
      outcome: 'done',
      applied: 1,
    });
    expect(await nameOf('undeleted', id!)).toBe('precious');
    expect(await nameOf('undeleted', other!)).toBeUndefined();
    const version = await database.pool.query(
      `select epoch, n, deleted from mig_ver where tenant = 'undeleted' and key = $1`,
      [`list:${id}`],
    );
    expect(version.rows).toEqual([{ epoch: 1, n: '4', deleted: false }]);
    expect(await restore('undeleted', at, { asNew })).toMatchObject({ outcome: 'already' });
    const unknown = restore('undeleted', at, { asNew: ['list:nobody'] });
    await expect(unknown).rejects.toMatchObject({ code: 'backup.no_such_record' });
  });

  it('goes on after it was stopped between any two batches, and is told once in the audit', async () => {
    await tenantWith('long', 90);
    const at = folder.next();
    const records = await backupOf(context('long'), at, 20_000);
    let calls = 0;
    let outcome = 'stopped';
    while (outcome === 'stopped') {
      calls += 1;
      let asked = 0;
      const shouldStop = () => (asked += 1) > 2;
      ({ outcome } = await restore('resumed', at, { intoAnotherTenant: true, shouldStop }));
    }
    expect(calls).toBeGreaterThan(1);
    expect(await epochOf('resumed')).toBe(1_001);
    const copy = await backupOf(context('resumed'), folder.next());
    expect([...copy.values()]).toEqual([...records.values()]);
    const audit = await database.pool.query<{ action: string; reason: string }>(
      `select action from mig_audit where tenant = 'resumed' order by id`,
    );
    expect(audit.rows.map(({ action }) => action)).toEqual(['restore', 'restored', 'export']);
    await inTransaction(database.pool, async (client) => {
      expect(await findBrokenAudit(client)).toBeUndefined();
    });
  });

  it('gives way to a user who has a record open, and loses neither', async () => {
    const [id] = await tenantWith('open', 3);
    const at = folder.next();
    await backupOf(context('open'), at);
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      // A user makes the same record in the empty tenant, at this very moment.
      await client.query(
        `insert into checklist (tenant, id, issue_id, project_id, name, rank, created_at, updated_at)
         values ('taken', $1, '1', '1', 'by a user', 'a0', now(), now())`,
        [id],
      );
      const restoring = restore('taken', at, { intoAnotherTenant: true, expectEpoch: 1 });
      await new Promise((resolve) => setTimeout(resolve, 500));
      await client.query('commit');
      expect(await restoring).toMatchObject({ outcome: 'done' });
    } finally {
      client.release();
    }
    // Both gave it the first version of epoch 1, so neither is newer: what is there stays.
    const found = await database.pool.query<{ key: string }>(
      `select key from mig_ver where tenant = 'taken' and not deleted`,
    );
    expect(found.rowCount).toBe(3);
    expect(await nameOf('taken', id!)).toBe('by a user');
  });

  it('refuses while Postgres takes no writes, whole and in the middle', async () => {
    await tenantWith('closed', 60);
    const at = folder.next();
    await backupOf(context('closed'), at, 1_000_000);
    const { pool } = database;
    await pool.query(`insert into mig_gate (tenant, grp) values ('shut', 'checklists')`);
    await pool.query(`select mig_close_gate('shut', 'checklists', 1)`);
    const refused = restore('shut', at, { intoAnotherTenant: true });
    await expect(refused).rejects.toMatchObject({ code: 'restore.not_authority' });

    await pool.query(`select mig_open_gate('shut', 'checklists', 2)`);
    let asked = 0;
    const closing = restore('shut', at, {
      ...{ intoAnotherTenant: true },
      shouldStop: () => {
        asked += 1;
        if (asked === 2) void pool.query(`select mig_close_gate('shut', 'checklists', 1002)`);
        return false;
      },
    });
    await expect(closing).rejects.toMatchObject({ code: 'restore.not_authority' });
    await pool.query(`select mig_open_gate('shut', 'checklists', 1003)`);
    expect(await restore('shut', at, { intoAnotherTenant: true })).toMatchObject({
      ...{ outcome: 'done', epoch: 1_003 },
    });
    expect((await backupOf(context('shut'), folder.next())).size).toBe(60);
  });
});

describe('the group of the records', () => {
  it('is part of the backup: another mapping does not take it', async () => {
    await tenantWith('mapped', 1);
    const at = folder.next();
    await backupOf(context('mapped'), at);
    const other = { ...context('mapped'), group: { ...checklists, mapping: 99 } };
    await expect(planRestore(other, { folder: at })).rejects.toMatchObject({
      code: 'layer.version_mismatch',
    });
  });
});
