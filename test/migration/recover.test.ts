import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  cutover,
  makeHandover,
  recover,
  reverseBucket,
  rollback,
  type HandoverContext,
} from 'crossgrade/handover';
import { leaveCopy } from 'crossgrade/postgres';
import { scrub } from 'crossgrade/verify';
import { moveHeads } from '../../storage-migration/handover/move-heads.ts';
import { raise, turn } from '../../storage-migration/handover/moves.ts';
import { readHeads } from '../../storage-migration/copy/read-heads.ts';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { enrolledRig, type Rig } from './support/rig.ts';
import { insertList, renameList } from './support/rows.ts';
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

function handoverOf(of: Rig): HandoverContext {
  const { pool, scope } = of.verify;
  const { send, reader, ledger } = of;
  return makeHandover({ pool, scope, group: checklists, send, reader, ledger });
}

async function verifiedTenant(tenant: string): Promise<{ id: string; of: Rig }> {
  const { pool } = database;
  const id = await insertList(pool, tenant);
  const of = (rig = await enrolledRig(pool, tenant));
  await backfill(of);
  await pushAll(of);
  expect(await leaveCopy(pool, of.verify.scope, 'test')).toBe(true);
  expect(await scrub(of.verify)).toMatchObject({ result: 'clean' });
  return { id, of };
}

async function setStage(tenant: string, stage: string): Promise<void> {
  await database.pool.query('update mig_tenant set stage = $2 where tenant = $1', [tenant, stage]);
}

const stageOf = async (tenant: string): Promise<string | undefined> => {
  const found = await database.pool.query<{ stage: string }>(
    'select stage from mig_tenant where tenant = $1',
    [tenant],
  );
  return found.rows[0]?.stage;
};

describe('recovery', () => {
  it('brings heads together that a coordinator left apart, although the stage says that all is well', async () => {
    const { id, of } = await verifiedTenant('left-apart');
    const context = handoverOf(of);
    const heads = await readHeads(of.send);
    await moveHeads(of.send, new Map([...heads].slice(0, 20)), raise(2));
    expect(await recover(context, 'test')).toBe('verify');
    expect(await context.postgres.readGate()).toEqual({ isOpen: true, epoch: 3 });
    expect(new Set([...(await readHeads(of.send)).values()].map(({ epoch }) => epoch))).toEqual(
      new Set([3]),
    );
    await renameList(database.pool, 'left-apart', id, 'sent');
    expect(await pushAll(of)).toBe(1);
  });

  it('leaves a healthy tenant as it is', async () => {
    const { of } = await verifiedTenant('healthy');
    const context = handoverOf(of);
    expect(await recover(context, 'test')).toBe('verify');
    expect(await context.postgres.readGate()).toEqual({ isOpen: true, epoch: 1 });
    await cutover(context, { who: 'test', expectEpoch: 1 });
    expect(await recover(context, 'test')).toBe('live');
    expect(await context.postgres.readGate()).toEqual({ isOpen: false, epoch: 1 });
  });

  it('corrects a stage that is no longer true', async () => {
    const { of } = await verifiedTenant('untrue');
    const context = handoverOf(of);
    await cutover(context, { who: 'test', expectEpoch: 1 });
    await setStage('untrue', 'verify');
    expect(await recover(context, 'test')).toBe('live');
    await rollback(context, 'test', 'second thoughts');
    await setStage('untrue', 'live');
    expect(await recover(context, 'test')).toBe('verify');
  });

  it('goes on with a rollback that died before or after the heads turned', async () => {
    const { of } = await verifiedTenant('half-back');
    const context = handoverOf(of);
    await cutover(context, { who: 'test', expectEpoch: 1 });
    await setStage('half-back', 'rewinding');
    await moveHeads(of.send, new Map([...(await readHeads(of.send))].slice(0, 30)), turn);
    expect(await recover(context, 'test')).toBe('verify');
    expect((await context.postgres.readGate()).isOpen).toBe(true);
  });
});

describe('reverse replication', () => {
  it('brings nothing back by a head that was seen before its flip', async () => {
    const { of } = await verifiedTenant('seen-before');
    const context = handoverOf(of);
    const before = [...(await readHeads(of.send))].find(([, { seq }]) => seq > 0);
    await cutover(context, { who: 'test', expectEpoch: 1 });
    const [bucket, head] = before!;
    expect(await reverseBucket(context, bucket, head)).toMatchObject({ applied: 0 });
  });
});

describe('an operation that was overtaken', () => {
  it('changes neither the stage nor the heads of the one that came after it', async () => {
    const { of } = await verifiedTenant('overtaken');
    const context = handoverOf(of);
    let wasOvertaken = false;
    const slow: HandoverContext = {
      ...context,
      postgres: {
        ...context.postgres,
        // It stands still while somebody recovers and cuts over again.
        closeGate: async (epoch, waitMs) => {
          wasOvertaken = true;
          await recover(context, 'somebody else');
          await scrub(of.verify, { again: true });
          const { epoch: now } = await context.postgres.readGate();
          await cutover(context, { who: 'somebody else', expectEpoch: now });
          return context.postgres.closeGate(epoch, waitMs);
        },
      },
    };
    await expect(cutover(slow, { who: 'test', expectEpoch: 1 })).rejects.toMatchObject({
      code: 'stage.unexpected',
    });
    expect(wasOvertaken).toBe(true);
    expect(await stageOf('overtaken')).toBe('live');
    expect([...(await readHeads(of.send)).values()].every(({ auth }) => auth === 'F')).toBe(true);
  });
});
