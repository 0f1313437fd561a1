import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import {
  headOf,
  plant,
  storedRecord,
  writeHead,
  type Planted,
  type StoredRecord,
} from '../../test/migration/support/plant.ts';
import { enrolledRig, type Rig } from '../../test/migration/support/rig.ts';
import { insertList, renameList } from '../../test/migration/support/rows.ts';
import { backfill, pushAll } from '../../test/migration/support/run.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import type { ForgeCarrier, FoundItem, ItemKey } from '../forge/carrier.ts';
import { cutover } from '../handover/cutover.ts';
import { makeHandover } from '../handover/handover-context.ts';
import { leaveCopy } from '../postgres/stage.ts';
import type { JsonObject } from '../terms.ts';
import { compareDigests } from './compare-digests.ts';
import { scrub } from './scrub-pass.ts';
import type { VerifyContext } from './verify-context.ts';

const SEED = 20261128;
const BUCKETS = 64;
/** Longer than any read lags behind. */
const SETTLED_MS = 10_000;

let database: TestDatabase;
let rig: Rig;
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => rig.close());
afterAll(() => database.drop());

/** A new id whose record lies in this bucket. */
function idIn(bucket: number): string {
  for (;;) {
    const id = randomUUID();
    if (bucketOf(slotOf(`list:${id}`), BUCKETS) === bucket) return id;
  }
}

/** Copies so many lists in each of these buckets, in their second version. Returns the records' keys. */
async function copied(tenant: string, counts: readonly (readonly [number, number])[]) {
  const ids = counts.flatMap(([bucket, count]) =>
    Array.from({ length: count }, () => idIn(bucket)),
  );
  for (const id of ids) await insertList(database.pool, tenant, { id, items: 1 });
  rig = await enrolledRig(database.pool, tenant);
  await backfill(rig);
  for (const id of ids) await renameList(database.pool, tenant, id, 'second');
  await pushAll(rig);
  await leaveCopy(database.pool, rig.verify.scope, 'test');
  await rig.send.timing.sleep(SETTLED_MS);
  return ids.map((id) => `list:${id}`);
}

async function findings(context: VerifyContext): Promise<ReadonlyMap<string, string>> {
  const { passId, differences } = await compareDigests(context);
  const found = await database.pool.query<{ key: string; class: string }>(
    'select key, class from mig_difference where pass_id = $1 order by key',
    [passId],
  );
  expect(found.rowCount).toBe(differences);
  return new Map(found.rows.map((row) => [row.key, row.class]));
}

/** Ways in which Forge may hold a record otherwise, and what each is called. */
const KINDS = {
  missing: { class: 'corrupt', of: (): Planted => undefined },
  older: { class: 'corrupt', of: (r: StoredRecord): Planted => ({ ...r, version: at(r, -1) }) },
  newer: { class: 'ahead', of: (r: StoredRecord): Planted => ({ ...r, version: at(r, 1) }) },
  other: { class: 'corrupt', of: (r: StoredRecord): Planted => ({ ...r, value: renamed(r) }) },
  deleted: { class: 'corrupt', of: (r: StoredRecord): Planted => ({ ...r, value: undefined }) },
} as const;
const KIND_NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];
/** What is to be found. */
function classesOf(chosen: readonly (readonly [string, { readonly class: string }])[]) {
  return new Map(chosen.map(([key, kind]) => [key, kind.class]));
}
const at = ({ version: { e, n } }: StoredRecord, by: number) => ({ e, n: n + by });
const renamed = ({ value }: StoredRecord) => {
  const record = value as { doc: JsonObject };
  return { ...record, doc: { ...record.doc, name: 'another' } };
};

/** A context that counts its strict reads of records, and whose batch reads may be tampered with. */
function watched(
  tamper: (found: readonly FoundItem[], asked: readonly ItemKey[]) => readonly FoundItem[] = (
    found,
  ) => found,
): { context: VerifyContext; strictReads: () => number; batches: () => number } {
  const { carrier } = rig.send;
  let strict = 0;
  let batches = 0;
  const watching: ForgeCarrier = {
    get: (item) => {
      if (!item.key.startsWith('h:')) strict += 1;
      return carrier.get(item);
    },
    getMany: async (items) => {
      batches += 1;
      const reply = await carrier.getMany(items);
      if (reply.kind !== 'ok') return reply;
      return { kind: 'ok', value: { ...reply.value, found: tamper(reply.value.found, items) } };
    },
    create: (item, value) => carrier.create(item, value),
    transact: (transaction) => carrier.transact(transaction),
    scan: (entity, cursor, options) => carrier.scan(entity, cursor, options),
  };
  const context = { ...rig.verify, send: { ...rig.send, carrier: watching } };
  return { context, strictReads: () => strict, batches: () => batches };
}

describe('locating differences', () => {
  it('finds exactly what was planted, however much it is, in every kind, and calls it by its class', async () => {
    const keys = await copied('planted', [
      ...([
        [1, 30],
        [2, 12],
        [3, 1],
        [60, 5],
      ] as const),
    ]);
    const before = new Map(keys.map((key) => [key, storedRecord(rig, key)]));
    const choice = fc.array(
      fc.option(fc.constantFrom(...KIND_NAMES), { nil: undefined, freq: 3 }),
      { minLength: keys.length, maxLength: keys.length },
    );
    await fc.assert(
      fc.asyncProperty(choice, async (kinds) => {
        const chosen = keys.flatMap((key, i) => {
          const kind = kinds[i];
          return kind === undefined ? [] : [[key, KINDS[kind]] as const];
        });
        await plant(rig, new Map(chosen.map(([key, kind]) => [key, kind.of(before.get(key)!)])));
        await rig.send.timing.sleep(SETTLED_MS);
        const { context, strictReads } = watched();
        const found = await findings(context);
        expect(found).toEqual(classesOf(chosen));
        // The digests account for all of it: no record needs a request of its own.
        expect(strictReads()).toBe(0);
        await plant(rig, before);
      }),
      { seed: SEED, numRuns: 12 },
    );
    await rig.send.timing.sleep(SETTLED_MS);
    expect(await findings(rig.verify)).toEqual(new Map());
  }, 240_000);

  it('reads a bucket whose sketch overflows, and that bucket only', async () => {
    const keys = await copied('overflowing', [
      [7, 60],
      [8, 60],
      [9, 60],
    ]);
    const victims = keys
      .slice(0, 40)
      .map((key) => [key, KINDS.other.of(storedRecord(rig, key))] as const);
    await plant(rig, new Map(victims));
    await rig.send.timing.sleep(SETTLED_MS);
    const { context, strictReads, batches } = watched();
    expect(await findings(context)).toEqual(new Map(victims.map(([key]) => [key, 'corrupt'])));
    expect(strictReads()).toBe(0);
    // Three of heads, three of the bucket's sixty records; none of them is a tombstone.
    expect(batches()).toBe(6);
  });

  it('is not misled by batch reads that are behind, for ever', async () => {
    const keys = await copied('behind', [
      [1, 25],
      [2, 10],
      [3, 10],
    ]);
    const past = new Map(
      [...rig.store.inspect(rig.installationId)].map(({ key, value }) => [key, value]),
    );
    for (const key of keys) await renameList(database.pool, 'behind', key.slice(5), 'third');
    await pushAll(rig);
    await rig.send.timing.sleep(SETTLED_MS);
    const present = new Map(keys.map((key) => [key, storedRecord(rig, key)]));
    const before = new Map(
      [...rig.store.inspect(rig.installationId)].map(({ key, value }) => [key, value]),
    );
    // Of 13 answers so many are lost, so many as it was before anything was planted, and so many older than that.
    const answers = fc.record({
      lost: fc.nat({ max: 3 }),
      before: fc.nat({ max: 13 }),
      older: fc.nat({ max: 13 }),
    });
    const run = fc.record({
      planted: fc.array(fc.constantFrom(...KIND_NAMES), {
        minLength: keys.length,
        maxLength: keys.length,
      }),
      every: fc.integer({ min: 1, max: 9 }),
      answers,
      salt: fc.nat({ max: 1_000 }),
    });
    const planted = keys.map((_, i) => KIND_NAMES[i % KIND_NAMES.length]!);
    const answersOf = (lost: number, earlier: number, older: number) =>
      ({ answers: { lost, before: earlier, older }, planted, salt: 0 }) as const;
    await fc.assert(
      fc.asyncProperty(run, async (given) => {
        const chosen = keys.flatMap((key, i) => {
          const kind = given.planted[i];
          return kind === undefined || i % given.every > 0 ? [] : [[key, KINDS[kind]] as const];
        });
        await plant(rig, new Map(chosen.map(([key, kind]) => [key, kind.of(present.get(key)!)])));
        await rig.send.timing.sleep(SETTLED_MS);
        let draws = given.salt;
        const { context } = watched((found, asked) =>
          asked.flatMap((item) => {
            draws += 1;
            const dice = (draws * 7_919) % 13;
            const { lost, before: earlier, older } = given.answers;
            const now = found.find((one) => one.key === item.key)?.value;
            // A head as it was before is one that nobody can tell from the present one, until it is read again.
            const then = item.key.startsWith('h:') ? now : before.get(item.key);
            const olds = [then, past.get(item.key)];
            const value =
              dice < lost + earlier ? olds[0] : dice < lost + earlier + older ? olds[1] : now;
            return dice < lost || value === undefined ? [] : [{ ...item, value }];
          }),
        );
        expect(await findings(context)).toEqual(classesOf(chosen));
        await plant(rig, present);
      }),
      {
        ...{ seed: SEED, numRuns: 8 },
        examples: [
          // All of it is older, or all records are as before, and a bucket overflows.
          [{ ...answersOf(0, 0, 13), every: 99 }],
          [{ ...answersOf(0, 0, 13), every: 1 }],
          [{ ...answersOf(0, 13, 0), every: 1 }],
        ],
      },
    );
  }, 240_000);

  it('names the head for records that Postgres knows nothing of, beside what else differs there', async () => {
    const keys = await copied('strangers', [[4, 50]]);
    const one = storedRecord(rig, keys[0]!);
    const strangers = [idIn(4), idIn(4)].map((id) => [`list:${id}`, one] as const);
    await plant(
      rig,
      new Map([...strangers, [keys[1]!, KINDS.other.of(storedRecord(rig, keys[1]!))]]),
    );
    await rig.send.timing.sleep(SETTLED_MS);
    const { context, strictReads } = watched();
    expect(await findings(context)).toEqual(
      new Map([
        ['h:checklists:4', 'rogue'],
        [keys[1]!, 'corrupt'],
      ]),
    );
    // The one that is named, looked at three times: there is no need to read the bucket.
    expect(strictReads()).toBe(3);
  });

  it('accuses a head only after every record under it was read strictly', async () => {
    const keys = await copied('head', [
      [5, 30],
      [6, 3],
    ]);
    const head = headOf(rig, 5);
    await writeHead(rig, 5, { ...head, dg: 'f'.repeat(32) });
    await rig.send.timing.sleep(SETTLED_MS);
    const { context, strictReads } = watched();
    expect(await findings(context)).toEqual(new Map([['h:checklists:5', 'rogue']]));
    expect(strictReads()).toBe(30);
    await writeHead(rig, 5, { ...head, cnt: 31 });
    await rig.send.timing.sleep(SETTLED_MS);
    expect(await findings(context)).toEqual(new Map([['h:checklists:5', 'rogue']]));
    // A record that was changed under a head that knows nothing of it shows when the bucket is read anyway.
    const record = storedRecord(rig, keys[2]!);
    await plant(rig, new Map([[keys[2]!, KINDS.older.of(record)]]));
    await writeHead(rig, 5, { ...head, dg: 'f'.repeat(32) });
    await rig.send.timing.sleep(SETTLED_MS);
    expect(await findings(context)).toEqual(
      new Map([
        ['h:checklists:5', 'rogue'],
        [keys[2]!, 'corrupt'],
      ]),
    );
  });

  it('finds the same while Forge is the authority, where only strict reads count', async () => {
    const keys = await copied('live', [
      [1, 25],
      [2, 4],
    ]);
    const { pool, scope } = rig.verify;
    const { send, reader, ledger } = rig;
    const parts = { pool, scope, group: checklists, send, reader, ledger };
    await scrub(rig.verify);
    expect(await cutover(makeHandover(parts), { who: 'test', expectEpoch: 1 })).toMatchObject({
      kind: 'live',
    });
    const names = ['older', 'newer', 'other', 'missing'] as const;
    const chosen = keys.slice(3).map((key, i) => [key, names[i % 4]!] as const);
    await plant(
      rig,
      new Map(chosen.map(([key, name]) => [key, KINDS[name].of(storedRecord(rig, key))])),
    );
    await rig.send.timing.sleep(SETTLED_MS);
    // The log is said to have come back whole.
    for (const bucket of [1, 2]) {
      await pool.query(`update mig_racked set seq = $2 where tenant = 'live' and bucket = $1`, [
        bucket,
        headOf(rig, bucket).seq,
      ]);
    }
    const classes = { older: 'ahead', newer: 'corrupt', other: 'corrupt', missing: 'corrupt' };
    expect(await findings({ ...rig.verify, follower: 'postgres' })).toEqual(
      new Map(chosen.map(([key, name]) => [key, classes[name]])),
    );
  });

  it('calls nothing a difference that is still on its way', async () => {
    const keys = await copied('under-way', [
      [1, 30],
      [2, 5],
    ]);
    for (const key of keys) await renameList(database.pool, 'under-way', key.slice(5), 'third');
    // Sent while the comparison waits for it, by somebody else.
    const other = await rig.another();
    let looks = 0;
    const { timing } = rig.send;
    const waiting = {
      ...timing,
      sleep: async (ms: number) => {
        looks += 1;
        if (looks === 3) await pushAll(other);
        await timing.sleep(ms);
      },
    };
    const context = { ...rig.verify, send: { ...rig.send, timing: waiting } };
    expect(await findings(context)).toEqual(new Map());
    expect(looks).toBeGreaterThanOrEqual(3);
  });
});
