import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { enrolledRig, type Rig } from '../../test/migration/support/rig.ts';
import { deleteList, insertList, renameList } from '../../test/migration/support/rows.ts';
import { backfill, pushAll } from '../../test/migration/support/run.ts';
import { readHeads } from '../copy/read-heads.ts';
import type { ForgeCarrier } from '../forge/carrier.ts';
import { cutover } from '../handover/cutover.ts';
import { makeHandover, type HandoverContext } from '../handover/handover-context.ts';
import { rollback } from '../handover/rollback.ts';
import { ForgeRecords } from '../live/forge-records.ts';
import { reverseMoved } from '../live/reverse-moved.ts';
import { leaveCopy } from '../postgres/stage.ts';
import type { Json } from '../terms.ts';
import { compareDigests } from './compare-digests.ts';
import { recheck } from './recheck.ts';
import { findBroken, repair } from './repair.ts';
import { scrub } from './scrub-pass.ts';
import type { VerifyContext } from './verify-context.ts';

let database: TestDatabase;
let rig: Rig;
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => rig.close());
afterAll(() => database.drop());

function handover(): HandoverContext {
  const { pool, scope } = rig.verify;
  const { send, reader, ledger } = rig;
  return makeHandover({ pool, scope, group: checklists, send, reader, ledger });
}
async function verifiedTenant(tenant: string, lists: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < lists; i += 1) {
    ids.push(await insertList(database.pool, tenant, { items: i % 3 }));
  }
  rig = await enrolledRig(database.pool, tenant);
  await backfill(rig);
  await pushAll(rig);
  await leaveCopy(database.pool, rig.verify.scope, 'test');
  expect(await scrub(rig.verify)).toMatchObject({ result: 'clean' });
  return ids;
}
async function liveTenant(tenant: string, lists: number) {
  const ids = await verifiedTenant(tenant, lists);
  expect(await cutover(handover(), { who: 'test', expectEpoch: 1 })).toMatchObject({
    kind: 'live',
  });
  return { ids, records: new ForgeRecords(rig.send, checklists) };
}
const named =
  (name: string) =>
  (present: Json | undefined): Json => {
    const record = present as { doc: Record<string, Json> };
    return { ...record, doc: { ...record.doc, name } };
  };
/** Changes what is stored behind the back of the layer, and leaves its version. */
async function hijack(id: string): Promise<void> {
  const key = `list:${id}`;
  const item = [...rig.store.inspect(rig.installationId)].find((one) => one.key === key)!;
  const value = item.value as { doc: { name: string } };
  const body = {
    ...{ entityName: 'tally-list', key },
    value: { ...value, doc: { ...value.doc, name: 'Hijacked' } },
  };
  await rig.store.handle(rig.installationId, '/entity/set', JSON.stringify(body));
  // Batch reads may show for a moment what stood there before.
  await rig.send.timing.sleep(10_000);
}
const differences = async (tenant: string) => {
  const found = await database.pool.query<{ key: string; class: string }>(
    `select d.key, d.class from mig_difference d join mig_pass p using (pass_id)
     where p.tenant = $1 order by d.key`,
    [tenant],
  );
  return found.rows;
};
const cleanPass = (epoch = 1) => handover().postgres.cleanPass(1, epoch);
const age = (column: 'ended' | 'oldest', tenant: string) =>
  database.pool.query(
    `update mig_pass set ${column} = now() - interval '24 hours 1 minute' where tenant = $1`,
    [tenant],
  );

/** A context whose carrier does something once, just before the `at`th read that `matching` accepts. */
function interrupted(at: number, work: () => Promise<unknown>): VerifyContext {
  const { carrier } = rig.send;
  let reads = 0;
  const before = async (): Promise<void> => {
    reads += 1;
    if (reads === at) await work();
  };
  const slow: ForgeCarrier = {
    get: async (item) => {
      await before();
      return carrier.get(item);
    },
    getMany: async (items) => {
      await before();
      return carrier.getMany(items);
    },
    create: (item, value) => carrier.create(item, value),
    transact: (transaction) => carrier.transact(transaction),
    scan: (entity, cursor, options) => carrier.scan(entity, cursor, options),
  };
  return { ...rig.verify, send: { ...rig.send, carrier: slow } };
}

describe('a clean pass', () => {
  it('is worth nothing at another epoch or incarnation', async () => {
    await verifiedTenant('bound', 3);
    expect(await cleanPass()).toBeDefined();
    const { postgres } = handover();
    expect(await postgres.cleanPass(2, 1)).toBeUndefined();
    expect(await postgres.cleanPass(1, 2)).toBeUndefined();
  });

  it('goes stale after a day, counted from the bucket that was read longest ago', async () => {
    await verifiedTenant('stale', 3);
    await age('oldest', 'stale');
    expect(await cleanPass()).toBeUndefined();
    await expect(cutover(handover(), { who: 'test', expectEpoch: 1 })).rejects.toMatchObject({
      code: 'verify.not_clean',
    });
    // What was read half a day ago is read again for the next one.
    await database.pool.query(
      `update mig_racked set scrubbed_at = now() - interval '13 hours' where tenant = 'stale'`,
    );
    expect(await scrub(rig.verify)).toMatchObject({ result: 'clean', compared: 3 });
    expect(await cleanPass()).toBeDefined();
    await age('ended', 'stale');
    expect(await cleanPass()).toBeUndefined();
  });

  it('is bound to every head: what is written since is read back before it counts', async () => {
    const ids = await verifiedTenant('seqs', 12);
    const seqs = async () => {
      const pass = await database.pool.query<{ seqs: number[] }>(
        `select seqs from mig_pass where tenant = 'seqs' and kind = 'scrub' order by started desc limit 1`,
      );
      return pass.rows[0]!.seqs;
    };
    const heads = async () => [...(await readHeads(rig.send)).values()].map((head) => head.seq);
    expect(await seqs()).toEqual(await heads());
    for (const id of ids) await renameList(database.pool, 'seqs', id, 'again');
    await deleteList(database.pool, 'seqs', ids[0]!);
    // Still on their way: no difference, and not yet looked at either.
    expect(await recheck(rig.verify)).toBe('clean');
    await pushAll(rig);
    expect(await seqs()).not.toEqual(await heads());
    // A look at all heads may be behind; a moment later it is not.
    await rig.send.timing.sleep(10_000);
    expect(await recheck(rig.verify)).toBe('clean');
    expect(await seqs()).toEqual(await heads());
  });

  it('is void as soon as something written since is not what it should be', async () => {
    const ids = await verifiedTenant('since', 10);
    await renameList(database.pool, 'since', ids[3]!, 'written since');
    await pushAll(rig);
    await hijack(ids[3]!);
    // The heads agree: only reading back can tell.
    expect(await compareDigests(rig.verify)).toMatchObject({ result: 'clean' });
    const compared = await handover().postgres.compareDigests(rig.send, () => false);
    expect(compared.result).toBe('different');
    expect(await cleanPass()).toBeUndefined();
    expect(await differences('since')).toEqual([{ key: `list:${ids[3]}`, class: 'corrupt' }]);
    // Nothing counts beyond the failure: the next pass reads it again, and again after that.
    expect(await scrub(rig.verify)).toMatchObject({ result: 'different', compared: 10 });
    expect(await scrub(rig.verify)).toMatchObject({ result: 'different', differences: 1 });
    await expect(cutover(handover(), { who: 'test', expectEpoch: 1 })).rejects.toMatchObject({
      code: 'verify.not_clean',
    });
  });
});

describe('a repair', () => {
  it('sends the record again under a new version and voids every pass, the one under way included', async () => {
    const ids = await verifiedTenant('repaired', 8);
    await hijack(ids[2]!);
    expect(await scrub(rig.verify, { again: true })).toMatchObject({ result: 'different' });
    // The older pass does not make up for it: it is of a time before.
    expect(await findBroken(rig.verify)).toEqual([`list:${ids[2]}`]);
    const options = { who: 'olga', reason: 'hijacked', expectEpoch: 1 };
    const repairing = () => repair(rig.verify, { ...options, keys: [`list:${ids[2]}`] });
    await expect(
      repair(rig.verify, { ...options, keys: [], expectEpoch: 9 }),
    ).rejects.toMatchObject({ code: 'plan.stale' });
    const underWay = await scrub(interrupted(30, repairing), { again: true });
    expect(underWay.passId).toBeDefined();
    const counted = await database.pool.query(
      `select 1 from mig_pass where tenant = 'repaired' and not repaired`,
    );
    expect(counted.rowCount).toBe(0);
    expect(await cleanPass()).toBeUndefined();
    expect(await pushAll(rig)).toBe(1);
    expect(await scrub(rig.verify)).toMatchObject({ result: 'clean' });
    expect(await cleanPass()).toBeDefined();
  });

  it('is refused while Forge is the authority', async () => {
    const { ids } = await liveTenant('not-here', 2);
    const options = { who: 'olga', reason: 'no', expectEpoch: 1, keys: [`list:${ids[0]}`] };
    await expect(repair(rig.verify, options)).rejects.toMatchObject({
      code: 'restore.not_authority',
    });
  });
});

describe('a pass that overlaps a cut-over', () => {
  const overlapping = async (tenant: string, at: number, run: (c: VerifyContext) => unknown) => {
    const ids = await verifiedTenant(tenant, 20);
    const context = interrupted(at, async () => {
      const other = await rig.another();
      const { pool, scope } = other.verify;
      const parts = { pool, scope, group: checklists, send: other.send };
      const handing = makeHandover({ ...parts, reader: other.reader, ledger: other.ledger });
      expect(await cutover(handing, { who: 'test', expectEpoch: 1 })).toMatchObject({
        kind: 'live',
      });
      const records = new ForgeRecords(other.send, checklists);
      for (const id of ids) await records.change(`list:${id}`, id, named('at Forge'));
    });
    expect(await run(context)).toMatchObject({ result: 'abandoned', differences: 0 });
    expect(await differences(tenant)).toEqual([]);
    await rollback(handover(), 'test', 'to see what counts');
    expect(await cleanPass(4)).toBeUndefined();
  };

  it.each([4, 40, 100])(
    'calls nothing of Forge’s a difference and does not count: a scrub, at read %i',
    async (at) => {
      await overlapping(`scrub-${at}`, at, (context) => scrub(context, { again: true }));
    },
  );

  it.each([1, 3])('nor does a comparison of digests, at read %i', async (at) => {
    await overlapping(`digest-${at}`, at, compareDigests);
  });

  it('does not count when it comes after the cut-over altogether', async () => {
    await verifiedTenant('too-late', 4);
    await cutover(handover(), { who: 'test', expectEpoch: 1 });
    expect(await scrub(rig.verify, { again: true })).toMatchObject({ result: 'abandoned' });
    expect(await compareDigests(rig.verify)).toMatchObject({ result: 'abandoned' });
    expect(await differences('too-late')).toEqual([]);
  });
});

describe('a verification while Forge is the authority', () => {
  const live = (): VerifyContext => ({ ...rig.verify, follower: 'postgres' });

  it('is clean when everything has come back, and takes what has not for lag', async () => {
    const { ids, records } = await liveTenant('follows', 12);
    expect(await scrub(live())).toMatchObject({ result: 'clean', compared: 12 });
    await records.change(`list:${ids[0]}`, 'a', named('at Forge'));
    await records.change(`list:${ids[1]}`, 'b', () => undefined);
    expect(await scrub(live())).toMatchObject({ result: 'clean', differences: 0 });
    // A look at all heads may be behind; a moment later it is not.
    await rig.send.timing.sleep(10_000);
    await reverseMoved(handover(), database.pool);
    expect(await compareDigests(live())).toMatchObject({ result: 'clean' });
    expect(await scrub(live())).toMatchObject({ result: 'clean', compared: 11 });
    // None of it lets a later cut-over through.
    const { epoch } = await rollback(handover(), 'test', 'over');
    expect(await cleanPass(epoch)).toBeUndefined();
  });

  it('names what is broken by its class', async () => {
    const { ids, records } = await liveTenant('broken-live', 12);
    await records.change(`list:${ids[0]}`, 'a', named('lost on its way'));
    const { pool } = database;
    // The log was called done, and the record was not taken.
    const heads = await readHeads(rig.send);
    for (const [bucket, head] of heads) {
      await pool.query(
        `update mig_racked set seq = $2 where tenant = 'broken-live' and bucket = $1`,
        [bucket, head.seq],
      );
    }
    await hijack(ids[1]!);
    await pool.query(`update mig_ver set n = n + 5 where tenant = 'broken-live' and key = $1`, [
      `list:${ids[2]}`,
    ]);
    const stranger = {
      ...{ entityName: 'tally-list', key: 'list:00000000-0000-4000-8000-0000000000ff' },
      value: { mve: 2, mvn: 1, issue: '1', rank: 'a', doc: {} },
    };
    await rig.store.handle(rig.installationId, '/entity/set', JSON.stringify(stranger));
    await rig.send.timing.sleep(10_000);
    expect(await scrub(live())).toMatchObject({ result: 'different', differences: 4 });
    const classes = new Map((await differences('broken-live')).map((row) => [row.key, row.class]));
    expect(classes.get(`list:${ids[0]}`)).toBe('corrupt');
    expect(classes.get(`list:${ids[1]}`)).toBe('corrupt');
    expect(classes.get(`list:${ids[2]}`)).toBe('ahead');
    expect(classes.get(stranger.key)).toBe('rogue');
    expect(await compareDigests(live())).toMatchObject({ result: 'different' });
  });
});
