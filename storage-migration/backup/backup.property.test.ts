import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { deleteList, insertList, renameList } from '../../test/migration/support/rows.ts';
import { compareVersions } from '../terms.ts';
import type { BackupRecord } from './backup-record.ts';
import { formatRecord, parseRecord } from './backup-record.ts';
import { restoreTenant } from './restore-tenant.ts';
import { backupOf, contextOf, folders } from './testing/backup-of.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_126);

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

/** A write of the app: `which` of a few records, made, changed or deleted. */
interface Write {
  readonly what: 'insert' | 'rename' | 'delete' | 'setting' | 'no setting' | 'template';
  readonly which: number;
  readonly text: string;
}
const writes = fc.array(
  fc.record<Write>({
    what: fc.constantFrom('insert', 'rename', 'delete', 'setting', 'no setting', 'template'),
    which: fc.nat({ max: 4 }),
    text: fc.constantFrom('a', 'Zürich', '🦄 and 𝒳', '"quoted"\n', ' spaced '),
  }),
  { maxLength: 14 },
);

async function write(tenant: string, ids: readonly string[], one: Write): Promise<void> {
  const { pool } = database;
  const id = ids[one.which]!;
  switch (one.what) {
    case 'insert':
      await deleteList(pool, tenant, id);
      await insertList(pool, tenant, { id, items: one.which, text: one.text });
      return;
    case 'rename':
      return renameList(pool, tenant, id, one.text);
    case 'delete':
      return deleteList(pool, tenant, id);
    case 'setting':
      await pool.query(
        `insert into tenant_setting (tenant, scope, value, updated_at) values ($1, $2, $3, now())
         on conflict (tenant, scope) do update set value = excluded.value`,
        [tenant, `project-${one.which}`, JSON.stringify({ note: one.text })],
      );
      return;
    case 'no setting':
      await pool.query('delete from tenant_setting where tenant = $1 and scope = $2', [
        ...[tenant, `project-${one.which}`],
      ]);
      return;
    case 'template':
      await pool.query(
        `insert into template (tenant, id, project_id, name, revision, created_at, updated_at)
         values ($1, $2, '10000', $3, 1, now(), now())
         on conflict (tenant, id) do update set revision = template.revision + 1, name = excluded.name`,
        [tenant, id, one.text],
      );
  }
}

const restore = async (tenant: string, from: string) => {
  const gate = await database.pool.query<{ epoch: number }>(
    'select epoch from mig_gate where tenant = $1',
    [tenant],
  );
  return restoreTenant(contextOf(database.pool, tenant), {
    ...{ folder: from, who: 'olga', expectEpoch: gate.rows[0]?.epoch ?? 1 },
    intoAnotherTenant: true,
  });
};
const export_ = async (tenant: string) => {
  const at = folder.next();
  return { at, records: await backupOf(contextOf(database.pool, tenant), at, 1_500) };
};
const inOrder = (records: ReadonlyMap<string, BackupRecord>) =>
  [...records.values()].sort((a, b) => (a.key < b.key ? -1 : 1));

/** The newer version of each key. */
function merged(...all: readonly ReadonlyMap<string, BackupRecord>[]): BackupRecord[] {
  const newest = new Map<string, BackupRecord>();
  for (const record of all.flatMap((records) => [...records.values()])) {
    const known = newest.get(record.key);
    if (known === undefined || compareVersions(record.version, known.version) > 0) {
      newest.set(record.key, record);
    }
  }
  return inOrder(newest);
}

it('a backup restored into an empty tenant gives the same backup, in whatever order and however often', async () => {
  await fc.assert(
    fc.asyncProperty(writes, writes, async (first, then) => {
      const ids = Array.from({ length: 5 }, () => randomUUID());
      const [source, copy, reversed] = [randomUUID(), randomUUID(), randomUUID()];
      for (const one of first) await write(source, ids, one);
      const early = await export_(source);
      for (const one of then) await write(source, ids, one);
      const late = await export_(source);

      await restore(copy, early.at);
      expect(inOrder((await export_(copy)).records)).toEqual(inOrder(early.records));
      await restore(copy, late.at);
      expect(inOrder((await export_(copy)).records)).toEqual(inOrder(late.records));
      expect(await restore(copy, early.at)).toMatchObject({ outcome: 'already', applied: 0 });

      await restore(reversed, late.at);
      expect(await restore(reversed, early.at)).toMatchObject({ applied: 0 });
      expect(inOrder((await export_(reversed)).records)).toEqual(inOrder(late.records));
    }),
    { seed: SEED, numRuns: 12 },
  );
}, 120_000);

it('a restore and later writes of the app come to the same in either order, for every record but those both wrote', async () => {
  await fc.assert(
    fc.asyncProperty(writes, writes, async (first, later) => {
      const ids = Array.from({ length: 5 }, () => randomUUID());
      const [source, before, alone] = [randomUUID(), randomUUID(), randomUUID()];
      for (const one of first) await write(source, ids, one);
      const backup = await export_(source);

      // What the app writes into the empty tenant before the restore stays wherever it is newer.
      for (const one of later) await write(before, ids, one);
      const theirs = (await export_(before)).records;
      await restore(before, backup.at);
      const both = inOrder((await export_(before)).records);
      const versions = (records: readonly BackupRecord[]) =>
        records.map(({ key, version, deleted }) => ({ key, version, deleted }));
      expect(versions(both)).toEqual(versions(merged(theirs, backup.records)));

      // What the app writes after the restore always stands, restored again or not.
      await restore(alone, backup.at);
      for (const one of later) await write(alone, ids, one);
      const now = inOrder((await export_(alone)).records);
      expect(await restore(alone, backup.at)).toMatchObject({ applied: 0 });
      expect(inOrder((await export_(alone)).records)).toEqual(now);
    }),
    { seed: SEED, numRuns: 12 },
  );
}, 120_000);

it('a record comes back from its line as it was', () => {
  const record = fc
    .record({
      key: fc.string({ minLength: 1, unit: 'binary' }),
      version: fc.record({ e: fc.integer({ min: 1 }), n: fc.integer({ min: 1 }) }),
      value: fc.jsonValue(),
      deleted: fc.boolean(),
    })
    .map(({ value, ...rest }) => ({ ...rest, value: rest.deleted ? undefined : value }));
  fc.assert(
    fc.property(record, (one) => {
      const line = formatRecord(one);
      expect(line).not.toContain('\n');
      const back = parseRecord(line);
      expect(back && formatRecord(back)).toBe(line);
      expect(parseRecord(line.slice(0, -1))).toBeUndefined();
    }),
    { seed: SEED },
  );
});
