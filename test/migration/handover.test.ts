import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from 'crossgrade';
import {
  cutover,
  makeHandover,
  recover,
  resumeForge,
  rollback,
  type HandoverContext,
} from 'crossgrade/handover';
import { ForgeRecords, UNCHANGED } from 'crossgrade/live';
import { leaveCopy } from 'crossgrade/postgres';
import { compareDigests, scrub } from 'crossgrade/verify';
import { checklists } from '../../remote-server/records/index.ts';
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

const CLOSED = '55006';

function handoverOf(of: Rig): HandoverContext {
  const { pool, scope } = of.verify;
  const { send, reader, ledger } = of;
  return makeHandover({ pool, scope, group: checklists, send, reader, ledger });
}

/** A tenant that is copied, verified and ready to be handed over. */
async function verifiedTenant(tenant: string, lists: number, seed = 1): Promise<string[]> {
  const { pool } = database;
  const ids: string[] = [];
  for (let i = 0; i < lists; i++) ids.push(await insertList(pool, tenant, { items: i % 5 }));
  rig = await enrolledRig(pool, tenant, { seed });
  await backfill(rig);
  await pushAll(rig);
  expect(await leaveCopy(pool, rig.verify.scope, 'test')).toBe(true);
  expect(await scrub(rig.verify)).toMatchObject({ result: 'clean' });
  return ids;
}

const rename =
  (name: string) =>
  (present: Json | undefined): Json | typeof UNCHANGED => {
    if (present === undefined) return UNCHANGED;
    const record = present as { doc: Record<string, Json> };
    return { ...record, doc: { ...record.doc, name } };
  };

async function nameOf(tenant: string, id: string): Promise<string | undefined> {
  const found = await database.pool.query<{ name: string }>(
    'select name from checklist where tenant = $1 and id = $2',
    [tenant, id],
  );
  return found.rows[0]?.name;
}

const stageOf = async (tenant: string): Promise<string | undefined> => {
  const found = await database.pool.query<{ stage: string }>(
    'select stage from mig_tenant where tenant = $1',
    [tenant],
  );
  return found.rows[0]?.stage;
};

describe('a hand-over', () => {
  it('gives every bucket to Forge, and takes it back with every write made there', async () => {
    const tenant = 'there-and-back';
    const { pool } = database;
    const ids = await verifiedTenant(tenant, 60);
    const context = handoverOf(rig!);
    const records = new ForgeRecords(rig!.send, checklists);

    expect(await records.change(`list:${ids[0]}`, 'too early', rename('no'))).toEqual({
      kind: 'elsewhere',
      authority: 'P',
    });
    expect(await cutover(context, { who: 'test', expectEpoch: 1 })).toMatchObject({
      kind: 'live',
      epoch: 2,
    });
    expect(await stageOf(tenant)).toBe('live');
    await expect(renameList(pool, tenant, ids[0]!, 'late')).rejects.toMatchObject({ code: CLOSED });

    expect(await records.change(`list:${ids[0]}`, 'a', rename('on Forge'))).toMatchObject({
      kind: 'changed',
    });
    expect(await records.change(`list:${ids[0]}`, 'b', rename('again'))).toMatchObject({
      kind: 'changed',
    });
    expect(await records.change(`list:${ids[1]}`, 'c', () => undefined)).toMatchObject({
      kind: 'changed',
    });
    const read = await records.read(`list:${ids[0]}`);
    expect(read).toMatchObject({ kind: 'read', stored: { version: { e: 2, n: 3 } } });
    expect(await nameOf(tenant, ids[0]!)).toBe('Definition of Done');

    const back = await rollback(context, 'test', 'second thoughts');
    expect(back).toMatchObject({ epoch: 4, applied: 2 });
    expect(await stageOf(tenant)).toBe('verify');
    expect(await nameOf(tenant, ids[0]!)).toBe('again');
    expect(await nameOf(tenant, ids[1]!)).toBeUndefined();
    expect(await compareDigests(rig!.verify)).toMatchObject({ result: 'clean', differences: 0 });

    await renameList(pool, tenant, ids[0]!, 'in Postgres');
    expect(await pushAll(rig!)).toBe(1);
    expect(await scrub(rig!.verify)).toMatchObject({ result: 'clean' });
    expect(await cutover(context, { who: 'test', expectEpoch: 4 })).toMatchObject({
      kind: 'live',
      epoch: 5,
    });
    expect(await records.read(`list:${ids[0]}`)).toMatchObject({
      stored: { value: { doc: { name: 'in Postgres' } } },
    });
  });

  it('undoes itself when a user keeps a transaction open, and loses nothing of it', async () => {
    const tenant = 'long-transaction';
    const { pool } = database;
    const [id] = await verifiedTenant(tenant, 3);
    const user = await pool.connect();
    try {
      await user.query('begin');
      await user.query(`update checklist set name = 'slow' where tenant = $1 and id = $2`, [
        tenant,
        id,
      ]);
      const result = await cutover(handoverOf(rig!), {
        ...{ who: 'test', expectEpoch: 1, freezeMs: 200 },
      });
      expect(result).toMatchObject({ kind: 'aborted', epoch: 1 });
      await user.query('commit');
    } finally {
      user.release();
    }
    expect(await stageOf(tenant)).toBe('verify');
    await renameList(pool, tenant, id!, 'faster');
    expect(await pushAll(rig!)).toBeGreaterThan(0);
    expect(await compareDigests(rig!.verify)).toMatchObject({ result: 'clean' });
  });

  it('takes the dirty records along that were written until the gate closed', async () => {
    const tenant = 'dirty-at-close';
    const { pool } = database;
    const ids = await verifiedTenant(tenant, 10);
    await renameList(pool, tenant, ids[3]!, 'last minute');
    await deleteList(pool, tenant, ids[4]!);
    expect(await cutover(handoverOf(rig!), { who: 'test', expectEpoch: 1 })).toMatchObject({
      kind: 'live',
    });
    const records = new ForgeRecords(rig!.send, checklists);
    expect(await records.read(`list:${ids[3]}`)).toMatchObject({
      stored: { value: { doc: { name: 'last minute' } } },
    });
    expect(await records.read(`list:${ids[4]}`)).toMatchObject({ stored: { deleted: true } });
  });

  it('refuses an old plan and a tenant without a clean verification, and touches nothing', async () => {
    const tenant = 'not-ready';
    const ids = await verifiedTenant(tenant, 2);
    const context = handoverOf(rig!);
    await expect(cutover(context, { who: 'test', expectEpoch: 7 })).rejects.toMatchObject({
      code: 'plan.stale',
    });
    await database.pool.query('delete from mig_pass where tenant = $1', [tenant]);
    await expect(cutover(context, { who: 'test', expectEpoch: 1 })).rejects.toMatchObject({
      code: 'verify.not_clean',
    });
    expect(await stageOf(tenant)).toBe('verify');
    await renameList(database.pool, tenant, ids[0]!, 'still open');
  });

  it('goes back to Forge when a rollback is aborted before the gate opened', async () => {
    const tenant = 'second-second-thoughts';
    const ids = await verifiedTenant(tenant, 5);
    const context = handoverOf(rig!);
    await cutover(context, { who: 'test', expectEpoch: 1 });
    const records = new ForgeRecords(rig!.send, checklists);
    await records.change(`list:${ids[0]}`, 'a', rename('kept'));
    // A look at all heads may still show some of them with Postgres; the rollback would die before it turns those.
    await rig!.send.timing.sleep(10_000);
    rig!.faults.stop = 'release';
    await expect(rollback(context, 'test', 'a mistake')).rejects.toThrow();
    rig!.faults.stop = undefined;
    expect(await records.change(`list:${ids[0]}`, 'b', rename('no'))).toEqual({
      kind: 'elsewhere',
      authority: 'D',
    });
    expect(await resumeForge(context, 'test', 'not a mistake')).toBe(true);
    expect(await records.change(`list:${ids[0]}`, 'c', rename('after'))).toMatchObject({
      kind: 'changed',
    });
    expect(await rollback(context, 'test', 'for good')).toMatchObject({ applied: 1 });
    expect(await nameOf(tenant, ids[0]!)).toBe('after');
  });

  it('is finished or undone by anybody after its process has died', async () => {
    const tenant = 'died';
    const ids = await verifiedTenant(tenant, 8);
    const context = handoverOf(rig!);
    rig!.faults.stop = 'flip';
    await expect(cutover(context, { who: 'test', expectEpoch: 1 })).rejects.toThrow();
    rig!.faults.stop = undefined;
    expect(await stageOf(tenant)).toBe('draining');
    expect(await recover(context, 'another process')).toBe('verify');
    await renameList(database.pool, tenant, ids[0]!, 'writable');
    expect(await pushAll(rig!)).toBe(1);
    expect(await compareDigests(rig!.verify)).toMatchObject({ result: 'clean' });
  });

  it('never takes a record for one that never was, however often it is deleted and made again meanwhile', async () => {
    const tenant = 'deleted-and-made-again';
    const [id] = await verifiedTenant(tenant, 2);
    await cutover(handoverOf(rig!), { who: 'test', expectEpoch: 1 });
    const key = `list:${id}`;
    const somebody = new ForgeRecords(rig!.send, checklists);
    const before = await somebody.read(key);
    const value = before.kind === 'read' ? before.stored.value : undefined;
    await somebody.change(key, 'first delete', () => undefined);
    // Between the reader's look at the record and at its tombstone it is made again, then deleted again.
    const meanwhile = [
      undefined,
      () => somebody.change(key, 'again', () => value),
      () => somebody.change(key, 'second delete', () => undefined),
    ];
    const { carrier } = rig!.send;
    const get: typeof carrier.get = async (item) => {
      if (item.entity !== 'mig-head') await meanwhile.shift()?.();
      return carrier.get(item);
    };
    const interrupted = Object.assign(Object.create(carrier) as typeof carrier, { get });
    const reader = new ForgeRecords({ ...rig!.send, carrier: interrupted }, checklists);
    const read = await reader.read(key);
    expect(meanwhile).toHaveLength(0);
    expect(read).toMatchObject({
      kind: 'read',
      stored: { deleted: true, version: { e: 2, n: 4 } },
    });
  });
});
