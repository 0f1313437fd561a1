import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HeadBook } from 'crossgrade/copy';
import {
  driveErasures,
  finalize,
  recover,
  rollback,
  terminate,
  type EraseContext,
} from 'crossgrade/handover';
import { readTenant, setCondition } from 'crossgrade/postgres';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { insertList } from '../../test/migration/support/rows.ts';
import { Crash, Crashes } from '../testing/crash-at.ts';
import { renamed, tenantAt, type TenantAt } from '../testing/tenant-at.ts';

let database: TestDatabase;
const open: TenantAt[] = [];
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => {
  for (const { rig } of open.splice(0)) rig.close();
});
afterAll(() => database.drop());

async function at(tenant: string, stage: 'copy' | 'verify' | 'live' | 'settled') {
  const made = await tenantAt(database.pool, tenant, stage);
  open.push(made);
  return made;
}

const rowOf = (tenant: string) => readTenant(database.pool, { tenant, group: 'checklists' });
const count = async (sql: string, values: readonly unknown[]): Promise<number> => {
  const found = await database.pool.query<{ n: number }>(`select count(*)::int as n ${sql}`, [
    ...values,
  ]);
  return found.rows[0]?.n ?? -1;
};

/** Neither side shows the record, and nothing in the layer's tables but its tombstone names it. */
async function expectGone({ rig, records }: TenantAt, tenant: string, id: string): Promise<void> {
  const key = `list:${id}`;
  expect(await count('from checklist where tenant = $1 and id = $2', [tenant, id])).toBe(0);
  expect(
    await count('from checklist_item where tenant = $1 and checklist_id = $2', [tenant, id]),
  ).toBe(0);
  const stored = JSON.stringify([...rig.store.inspect(rig.installationId)]);
  expect({ isNamed: stored.includes(id) }).toEqual({ isNamed: false });
  expect(await count('from mig_erasure_key where key = $1', [key])).toBe(0);
  const read = await records.read(key);
  if (read.kind === 'read') expect(read.stored.value).toBeUndefined();
}

const erase = async (context: EraseContext, ids: readonly string[]) => {
  const keys = ids.map((id) => `list:${id}`);
  await context.operations.beginErasure(keys, 'olga', 'a person asked');
  return driveErasures(context, 'olga');
};

describe('erase', () => {
  it.each(['copy', 'verify', 'live', 'settled'] as const)(
    'takes a record away on both sides of a tenant in %s, and reports only then',
    async (stage) => {
      const made = await at(`in-${stage}`, stage);
      const id = made.ids[stage === 'copy' ? 0 : 3]!;
      expect(await erase(made.context, [id])).toEqual({ records: 1, waiting: 0 });
      await expectGone(made, `in-${stage}`, id);
      expect(await rowOf(`in-${stage}`)).toMatchObject({ stage, condition: null });
      const audit = await database.pool.query<{ action: string; evidence: string }>(
        `select action, evidence from mig_audit where tenant = $1 order by id desc limit 2`,
        [`in-${stage}`],
      );
      expect(audit.rows.map(({ action }) => action)).toEqual(['erased', 'erase']);
      expect(JSON.stringify(audit.rows)).not.toContain(id);
    },
  );

  it('deletes once, whoever drives it, and leaves what a user has made anew since', async () => {
    const made = await at('twice', 'verify');
    const { operations } = made.context;
    const id = made.ids[2]!;
    const erasure = await operations.beginErasure([`list:${id}`], 'olga', 'a person asked');
    const version = await operations.eraseHere(erasure, `list:${id}`);
    expect(version).toMatchObject({ e: 1 });
    await insertList(database.pool, 'twice', { id });
    expect(await operations.eraseHere(erasure, `list:${id}`)).toEqual(version);
    expect(await count('from checklist where tenant = $1 and id = $2', ['twice', id])).toBe(1);
    const [before] = await operations.openErasures();
    await operations.noteErased(erasure, `list:${id}`, { e: 9, n: 9 });
    expect(await operations.openErasures()).toEqual([before]);
  });

  it('goes on while the tenant is paused, and leaves it paused', async () => {
    for (const stage of ['copy', 'verify', 'live'] as const) {
      const tenant = `paused-${stage}`;
      const made = await at(tenant, stage);
      await setCondition(database.pool, made.context.scope, 'paused', 'r', 'olga');
      expect(await erase(made.context, [made.ids[4]!])).toMatchObject({ waiting: 0 });
      await expectGone(made, tenant, made.ids[4]!);
      expect(await rowOf(tenant)).toMatchObject({ condition: 'paused' });
    }
  });

  it('stays open while Forge does not answer, and holds up a cut-over until then', async () => {
    const made = await at('waits', 'verify');
    const refusing = { ...made.context.send.carrier, get: () => Promise.resolve(DENIED) };
    const without = {
      ...made.context,
      send: { ...made.context.send, carrier: { ...refusing }, heads: new HeadBook() },
    };
    await expect(erase(without, [made.ids[3]!])).rejects.toMatchObject({
      code: 'target.unauthorized',
    });
    expect(await rowOf('waits')).toMatchObject({ condition: 'erasing' });
    await expect(
      made.context.postgres.changeStage({
        ...{ who: 'olga', action: 'cutover', from: ['verify'], to: 'draining' },
      }),
    ).rejects.toMatchObject({ code: 'stage.unexpected' });
    expect(await driveErasures(made.context, 'worker')).toEqual({ records: 1, waiting: 0 });
    await expectGone(made, 'waits', made.ids[3]!);
    expect(await rowOf('waits')).toMatchObject({ condition: null });
  });

  it('waits while nobody is the authority, and takes up the delete afterwards', async () => {
    const made = await at('between', 'verify');
    await made.context.postgres.closeGate(1, 1_000);
    expect(await erase(made.context, [made.ids[3]!])).toEqual({ records: 1, waiting: 1 });
    await made.context.postgres.openGate(2);
    // The heads are still at the epoch before: nothing can be sent, so nothing is reported.
    expect(await driveErasures(made.context, 'worker')).toEqual({ records: 1, waiting: 1 });
    expect(await rowOf('between')).toMatchObject({ condition: 'erasing' });
    await recover(made.context, 'worker');
    expect(await driveErasures(made.context, 'worker')).toEqual({ records: 1, waiting: 0 });
    await expectGone(made, 'between', made.ids[3]!);
  });

  it('is not undone by a rollback', async () => {
    const made = await at('and-back', 'live');
    await made.records.change(`list:${made.ids[3]}`, 'm', renamed('to be erased'));
    await erase(made.context, [made.ids[3]!]);
    await rollback(made.context, 'olga', 'r');
    await expectGone(made, 'and-back', made.ids[3]!);
  });

  it('also empties the archive of a final tenant', async () => {
    const made = await at('final', 'settled');
    await finalize(made.context, 'olga', 'r');
    const [one, two] = [made.ids[3]!, made.ids[4]!];
    expect(await erase(made.context, [one, two])).toEqual({ records: 2, waiting: 0 });
    await expectGone(made, 'final', one);
    await expectGone(made, 'final', two);
    expect(await count('from mig_ver where tenant = $1 and deleted', ['final'])).toBe(0);
    expect(await rowOf('final')).toMatchObject({ stage: 'final', condition: null });
  });

  it('waits for the archive of a final tenant although another driver made the delete', async () => {
    const made = await at('final-twice', 'settled');
    await finalize(made.context, 'olga', 'r');
    const { context } = made;
    const key = `list:${made.ids[3]}`;
    await context.operations.beginErasure([key], 'olga', 'a person asked');
    const asSeenBefore = await context.operations.openErasures();
    const died = new Error('died before the archive was emptied');
    const first = { ...context.operations, eraseArchived: () => Promise.reject(died) };
    await expect(driveErasures({ ...context, operations: first }, 'olga')).rejects.toBe(died);
    const second = {
      ...context.operations,
      openErasures: () => Promise.resolve(asSeenBefore),
    };
    const result = await driveErasures({ ...context, operations: second }, 'worker');
    expect(result).toEqual({ records: 1, waiting: 0 });
    await expectGone(made, 'final-twice', made.ids[3]!);
    // Who comes too late to an erasure that has been reported has nothing left to do.
    const late = await driveErasures({ ...context, operations: second }, 'late');
    expect(late).toEqual({ records: 1, waiting: 0 });
    await expectGone(made, 'final-twice', made.ids[3]!);
  });

  it('takes a tombstone along that the sweep of a final tenant has not come to', async () => {
    const made = await at('final-unswept', 'settled');
    const { context } = made;
    expect(await erase(context, [made.ids[3]!])).toMatchObject({ waiting: 0 });
    const died = new Error('died before the sweep');
    const first = { ...context.operations, tombstones: () => Promise.reject(died) };
    await expect(finalize({ ...context, operations: first }, 'olga', 'r')).rejects.toBe(died);
    expect(await rowOf('final-unswept')).toMatchObject({ stage: 'final', swept_at: null });
    const before = made.keys('t:').length;
    expect(await erase(context, [made.ids[3]!])).toEqual({ records: 1, waiting: 0 });
    expect(made.keys('t:')).toHaveLength(before - 1);
    await finalize(context, 'olga', 'r');
    expect(made.keys('t:')).toEqual([]);
  });

  it('is reported only by who knows the tenant final and names the delete that is marked', async () => {
    const made = await at('final-unknown', 'settled');
    const { context } = made;
    await finalize(context, 'olga', 'r');
    const key = `list:${made.ids[3]}`;
    const erasure = await context.operations.beginErasure([key], 'olga', 'a person asked');
    const told = (change: Partial<Parameters<EraseContext['operations']['report']>[1]>) => ({
      ...context,
      operations: {
        ...context.operations,
        report: (id: string, found: Parameters<EraseContext['operations']['report']>[1]) =>
          context.operations.report(id, { ...found, ...change }),
      },
    });
    const waits = { records: 1, waiting: 1 };
    expect(await driveErasures(told({ isFinal: false }), 'slow')).toEqual(waits);
    const lost = { e: 1, n: 7 };
    const deletes = new Map([[key, lost]]);
    expect(await driveErasures(told({ deletes }), 'slow')).toEqual(waits);
    await context.operations.eraseArchived(erasure, 0, key, lost);
    expect(await driveErasures(context, 'worker')).toEqual({ records: 1, waiting: 0 });
    await expectGone(made, 'final-unknown', made.ids[3]!);
  });

  it('begins anew in Postgres when the delete is lost with what Forge had', async () => {
    const made = await at('lost', 'live');
    const { context } = made;
    const key = `list:${made.ids[3]}`;
    const erasure = await context.operations.beginErasure([key], 'olga', 'a person asked');
    const died = new Error('died when the delete was noted');
    const first: EraseContext['operations'] = {
      ...context.operations,
      noteErased: async (...noted) => {
        await context.operations.noteErased(...noted);
        throw died;
      },
    };
    await expect(driveErasures({ ...context, operations: first }, 'olga')).rejects.toBe(died);
    const asSeenBefore = await context.operations.openErasures();
    expect(asSeenBefore).toMatchObject([{ keys: [{ key, version: { e: 2 } }] }]);
    await terminate(context, { who: 'olga', reason: 'the app was removed', mayAsk: false });
    expect(await context.operations.openErasures()).toEqual([
      { id: erasure, keys: [{ key, version: undefined }] },
    ]);
    expect(await context.operations.noteErased(erasure, key, { e: 2, n: 9 })).toBe(false);
    // Nor under the next Forge, whose versions are of a higher epoch.
    const toGate = `update mig_gate set gate = $1 where tenant = 'lost'`;
    await database.pool.query(toGate, ['closed']);
    expect(await context.operations.noteErased(erasure, key, { e: 2, n: 9 })).toBe(false);
    await database.pool.query(toGate, ['open']);
    const slow = { ...context.operations, openErasures: () => Promise.resolve(asSeenBefore) };
    const result = await driveErasures({ ...context, operations: slow }, 'slow');
    expect(result).toEqual({ records: 1, waiting: 1 });
    const listed = 'from checklist where tenant = $1 and id = $2';
    expect(await count(listed, ['lost', made.ids[3]])).toBe(1);
    expect(await driveErasures(context, 'worker')).toEqual({ records: 1, waiting: 0 });
    expect(await count(listed, ['lost', made.ids[3]])).toBe(0);
  });

  it('erases what Postgres never had, and a record that is there again is new', async () => {
    const made = await at('never-had', 'verify');
    const id = '00000000-0000-4000-8000-000000000001';
    expect(await erase(made.context, [id])).toMatchObject({ waiting: 0 });
    await insertList(database.pool, 'never-had', { id });
    expect(await driveErasures(made.context, 'worker')).toEqual({ records: 0, waiting: 0 });
    expect(await count('from checklist where id = $1', [id])).toBe(1);
  });
});

const DENIED = { kind: 'unauthorized' as const, status: 401 };

describe('erase, killed', () => {
  it.each(['verify', 'live'] as const)(
    'at each of its calls in %s ends the same when it is run again',
    async (stage) => {
      for (const isLate of [false, true]) {
        for (let point = 1; ; point += 1) {
          const tenant = `killed-${stage}`;
          const made = open[0] ?? (await at(tenant, stage));
          const id = await insertAnywhere(made, tenant, stage);
          const crashes = new Crashes({ at: point, isLate });
          const { context } = made;
          const died = {
            ...context,
            send: {
              ...context.send,
              heads: new HeadBook(),
              carrier: crashes.port(context.send.carrier),
            },
            postgres: crashes.port(context.postgres),
            operations: crashes.port(context.operations),
            ledger: crashes.port(context.ledger),
            reader: crashes.port(context.reader),
          };
          const ended = await erase(died, [id]).catch((error: unknown) => error);
          if (ended instanceof Error && !(ended instanceof Crash)) {
            expect(ended).toMatchObject({ name: 'Crash' });
          }
          await driveErasures(context, 'worker');
          if (ended instanceof Crash && (point > 1 || isLate)) {
            await expectGone(made, tenant, id);
          }
          expect(await rowOf(tenant)).toMatchObject({ stage, condition: null });
          if (!(ended instanceof Crash)) {
            expect(point).toBeGreaterThan(6);
            break;
          }
        }
      }
    },
    120_000,
  );
});

/** A record at whoever is the authority. */
async function insertAnywhere(made: TenantAt, tenant: string, stage: string): Promise<string> {
  if (stage === 'verify') {
    const id = await insertList(database.pool, tenant);
    return id;
  }
  const read = await made.records.read(`list:${made.ids[0]}`);
  const value = read.kind === 'read' ? read.stored.value : undefined;
  const id = crypto.randomUUID();
  const record = value as { doc: Record<string, unknown> };
  await made.records.change(`list:${id}`, crypto.randomUUID(), () => ({
    ...record,
    doc: { ...record.doc, id },
  }));
  return id;
}
