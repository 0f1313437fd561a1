import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LayerError, type Json } from 'crossgrade';
import { sweepParts } from 'crossgrade/copy';
import { cutover, makeHandover, rollback, type HandoverContext } from 'crossgrade/handover';
import { explain, ForgeRecords, listByIndex, type ListContext } from 'crossgrade/live';
import { leaveCopy } from 'crossgrade/postgres';
import { compareDigests, scrub } from 'crossgrade/verify';
import { seededRandom } from '../../local-site/support/index.ts';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { enrolledRig, type Rig, type RigOptions } from './support/rig.ts';
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

/** The largest list that the published limits allow: 200 items of 1,000 four-byte characters. */
const LARGEST = { items: 200, text: '🦄'.repeat(997) };
/** The same records, in parts from a few hundred bytes on. */
const SMALL = { ...checklists, valueBytes: 500 };

type Carrier = Rig['send']['carrier'];

const itemsOf = (of: Rig) => [...of.store.inspect(of.installationId)];
const partsOf = (of: Rig) => itemsOf(of).filter(({ key }) => key.startsWith('s:'));
const hashesOf = (of: Rig) => new Set(partsOf(of).map(({ key }) => key.split(':')[2]));

/** Parts that some record points to, by the pointers themselves. */
function reachable(of: Rig): string[] {
  return itemsOf(of)
    .filter(({ entityName }) => entityName === 'tally-list')
    .flatMap(({ value }) => {
      const { doc } = value as { doc: { _parts?: { count: number; hash: string } } };
      const { count = 0, hash = '' } = doc._parts ?? {};
      return Array.from({ length: count }, (_, i) => `s:checklists:${hash}:${i}`);
    })
    .sort();
}

const keysOf = (items: readonly { key: string }[]) => items.map(({ key }) => key).sort();

async function rigWith(tenant: string, options: RigOptions = {}): Promise<Rig> {
  rig = await enrolledRig(database.pool, tenant, options);
  return rig;
}

/** A rig whose calls go through `change` first. */
function interrupted(of: Rig, change: (carrier: Carrier) => Partial<Carrier>): Rig {
  const { carrier } = of.send;
  const changed: Carrier = {
    get: (item) => carrier.get(item),
    getMany: (items) => carrier.getMany(items),
    create: (item, value) => carrier.create(item, value),
    transact: (transaction) => carrier.transact(transaction),
    scan: (entity, cursor, options) => carrier.scan(entity, cursor, options),
    ...change(carrier),
  };
  return { ...of, send: { ...of.send, carrier: changed } };
}

function handoverOf(of: Rig): HandoverContext {
  const { pool, scope, group } = of.verify;
  const { send, reader, ledger } = of;
  return makeHandover({ pool, scope, group, send, reader, ledger });
}

async function live(of: Rig): Promise<HandoverContext> {
  await backfill(of);
  await pushAll(of);
  expect(await leaveCopy(database.pool, of.verify.scope, 'test')).toBe(true);
  expect(await scrub(of.verify)).toMatchObject({ result: 'clean' });
  const context = handoverOf(of);
  expect(await cutover(context, { who: 'test', expectEpoch: 1 })).toMatchObject({ kind: 'live' });
  return context;
}

const rename = (name: string) => (present: Json | undefined) => {
  const record = present as { doc: Record<string, Json> };
  return { ...record, doc: { ...record.doc, name } };
};

const explained = (of: Rig, key: string) => {
  const { pool, scope, group } = of.verify;
  return explain({ pool, scope, group, send: of.send }, key);
};

describe('a record that does not fit one item', () => {
  it('goes to Forge whole, is changed there, and comes back with every item', async () => {
    const { pool } = database;
    const tenant = 'largest';
    const id = await insertList(pool, tenant, LARGEST);
    const key = `list:${id}`;
    for (let i = 0; i < 10; i += 1) await insertList(pool, tenant, { issue: '10001' });
    const of = await rigWith(tenant);
    await backfill(of);
    expect(partsOf(of)).toHaveLength(4);
    expect(keysOf(partsOf(of))).toEqual(reachable(of));
    expect(await compareDigests(of.verify)).toMatchObject({ result: 'clean', compared: 11 });

    const context = await live(of);
    const records = new ForgeRecords(of.send, checklists);
    const before = hashesOf(of);
    const changed = await records.change(key, 'a', rename('on Forge'));
    expect(changed).toMatchObject({ kind: 'changed' });
    // The parts of the version before went with the transaction that replaced it.
    expect(keysOf(partsOf(of))).toEqual(reachable(of));
    expect(hashesOf(of)).not.toEqual(before);
    const read = await records.read(key);
    expect(read).toMatchObject({ stored: { version: { e: 2, n: 3 }, parts: 4 } });
    const { doc } = (read.kind === 'read' ? read.stored.value : null) as {
      doc: { name: string; items: { text: string }[] };
    };
    expect(doc.name).toBe('on Forge');
    expect(doc.items).toHaveLength(200);
    await of.send.timing.sleep(10_000);
    const listed = await listByIndex(
      ...([of.send as ListContext, checklists, 'list', 'by-issue', ['10001']] as const),
    );
    expect(listed.size).toBe(11);
    expect(listed.get(key)?.value).toEqual(read.kind === 'read' ? read.stored.value : null);
    expect(await explained(of, key)).toMatchObject({
      forge: { parts: 4, broken: null },
      verdict: 'Forge is newer, and the change is on its way back.',
    });

    expect(await rollback(context, 'test', 'second thoughts')).toMatchObject({ applied: 1 });
    const back = await pool.query<{ name: string; items: string; letters: string }>(
      `select c.name, count(*) as items, sum(length(i.text)) as letters
       from checklist c join checklist_item i on i.tenant = c.tenant and i.checklist_id = c.id
       where c.tenant = $1 and c.id = $2 group by c.name`,
      [tenant, id],
    );
    expect(back.rows).toEqual([{ name: 'on Forge', items: '200', letters: '199892' }]);
    expect(await compareDigests(of.verify)).toMatchObject({ result: 'clean', differences: 0 });
    expect(await scrub(of.verify, { again: true })).toMatchObject({ result: 'clean' });

    await renameList(pool, tenant, id, 'in Postgres');
    expect(await pushAll(of)).toBe(1);
    expect(partsOf(of)).toHaveLength(4);
    expect(keysOf(partsOf(of))).toEqual(reachable(of));
    await deleteList(pool, tenant, id);
    expect(await pushAll(of)).toBe(1);
    expect(partsOf(of)).toHaveLength(0);
    expect(await compareDigests(of.verify)).toMatchObject({ result: 'clean' });
  });

  it('pays for its parts, and the packer counts only what stands in its place', async () => {
    const tenant = 'paid';
    await insertList(database.pool, tenant, LARGEST);
    const of = await rigWith(tenant);
    await backfill(of);
    // 4 parts of at most 24 units, and one transaction of one unit.
    const { units, recordBytes, transactions } = of.send.account;
    expect(transactions).toBe(1);
    expect(units).toBeGreaterThan(80);
    expect(units).toBeLessThanOrEqual(4 * 24 + 1);
    expect((units * 10_000) / recordBytes).toBeLessThan(1.1);
  });

  it('is refused by Forge records above sixteen parts, and then nothing is written', async () => {
    const tenant = 'too-large';
    const id = await insertList(database.pool, tenant);
    const of = await rigWith(tenant);
    await live(of);
    const records = new ForgeRecords(of.send, checklists);
    const grow = (present: Json | undefined) => {
      const record = present as { doc: Record<string, Json> };
      return { ...record, doc: { ...record.doc, more: 'x'.repeat(4_000_000) } };
    };
    await expect(records.change(`list:${id}`, 'a', grow)).rejects.toMatchObject({
      code: 'record.unfit',
      message: expect.stringContaining('value_too_large'),
    });
    expect(partsOf(of)).toHaveLength(0);
  });
});

describe('a reader of a record in parts', () => {
  it('reads again when the record is replaced between its pointer and its parts', async () => {
    const tenant = 'replaced';
    const id = await insertList(database.pool, tenant, { items: 20 });
    const key = `list:${id}`;
    const of = await rigWith(tenant, { group: SMALL });
    await live(of);
    const writer = new ForgeRecords(of.send, SMALL);
    let looks = 0;
    const slow = interrupted(of, (carrier) => ({
      get: async (item) => {
        if (item.key.endsWith(':1') && item.key.startsWith('s:')) {
          looks += 1;
          if (looks === 1) await writer.change(key, 'a', rename('replaced'));
          if (looks === 2) await writer.change(key, 'b', rename('and again'));
        }
        return carrier.get(item);
      },
    }));
    const reader = new ForgeRecords(slow.send, SMALL);
    expect(await reader.read(key)).toMatchObject({
      stored: { version: { e: 2, n: 4 }, value: { doc: { name: 'and again' } } },
    });
    expect(looks).toBe(3);
  });

  it('finds it deleted when it was deleted in between', async () => {
    const tenant = 'deleted';
    const id = await insertList(database.pool, tenant, { items: 20 });
    const of = await rigWith(tenant, { group: SMALL });
    await live(of);
    const writer = new ForgeRecords(of.send, SMALL);
    let isDone = false;
    const slow = interrupted(of, (carrier) => ({
      get: async (item) => {
        if (item.key.startsWith('s:') && !isDone) {
          isDone = true;
          await writer.change(`list:${id}`, 'a', () => undefined);
        }
        return carrier.get(item);
      },
    }));
    expect(await new ForgeRecords(slow.send, SMALL).read(`list:${id}`)).toMatchObject({
      stored: { deleted: true },
    });
  });

  it('calls it broken, never absent, when a part is missing under a head that stands', async () => {
    const tenant = 'broken';
    const id = await insertList(database.pool, tenant, { items: 20 });
    const key = `list:${id}`;
    const of = await rigWith(tenant, { group: SMALL });
    const context = await live(of);
    const records = new ForgeRecords(of.send, SMALL);
    await records.change(key, 'a', rename('not back yet'));
    const victim = partsOf(of)[1]!.key;
    await of.store.handle(of.installationId, '/delete', JSON.stringify({ key: victim }));
    const broken = { code: 'record.broken' };
    await expect(records.read(key)).rejects.toMatchObject(broken);
    await expect(records.change(key, 'b', rename('no'))).rejects.toMatchObject(broken);
    expect(await explained(of, key)).toMatchObject({
      forge: {
        version: { e: 2, n: 3 },
        hash: null,
        broken: expect.stringMatching(/1 of its \d+ parts are missing/),
      },
      verdict: expect.stringContaining('quarantine'),
    });
    // Nothing half or empty comes back.
    await expect(rollback(context, 'test', 'try')).rejects.toMatchObject(broken);
    const name = await database.pool.query('select name from checklist where id = $1', [id]);
    expect(name.rows).toEqual([{ name: 'Definition of Done' }]);
  });
});

describe('a verification', () => {
  it('names a record whose part is missing or was changed behind the back of the layer', async () => {
    const tenant = 'damaged';
    const { pool } = database;
    const ids: string[] = [];
    for (let i = 0; i < 6; i += 1) ids.push(await insertList(pool, tenant, { items: 20 }));
    const of = await rigWith(tenant, { group: SMALL });
    await backfill(of);
    expect(await scrub(of.verify)).toMatchObject({ result: 'clean', compared: 6 });
    const ownerOf = (item: { value: unknown }) => (item.value as { of: string }).of;
    const [gone, changed] = [`list:${ids[0]}`, `list:${ids[1]}`];
    const one = (owner: string) => partsOf(of).find((item) => ownerOf(item) === owner)!;
    const remove = JSON.stringify({ key: one(gone).key });
    await of.store.handle(of.installationId, '/delete', remove);
    const { key, value } = one(changed);
    const text = (value as { text: string }).text.replace('item', 'itom');
    const body = JSON.stringify({ key, value: { ...(value as object), text } });
    await of.store.handle(of.installationId, '/set', body);
    expect(await scrub(of.verify, { again: true })).toMatchObject({
      ...{ result: 'different', differences: 2 },
    });
    const found = await pool.query<{ key: string; class: string; parts: string }>(
      `select key, class, detail->>'parts' as parts from mig_difference where key = any($1) order by parts`,
      [[gone, changed]],
    );
    expect(found.rows).toMatchObject([
      {
        key: gone,
        class: 'corrupt',
        parts: expect.stringMatching(/of its \d+ parts are missing/),
      },
      { key: changed, class: 'corrupt', parts: 'its parts have another content' },
    ]);
    // Sent again in a new version, both are whole, and what was left of the old ones is gone.
    for (const id of ids.slice(0, 2)) await renameList(pool, tenant, id, 'repaired');
    await pushAll(of);
    expect(await scrub(of.verify, { again: true })).toMatchObject({ result: 'clean' });
    expect(await compareDigests(of.verify)).toMatchObject({ result: 'clean' });
    expect(keysOf(partsOf(of))).toEqual(reachable(of));
  });
});

describe('parts without a pointer', () => {
  it('are taken over by whoever sends the record after a crash, and not written again', async () => {
    const tenant = 'crashed';
    const id = await insertList(database.pool, tenant, { items: 20 });
    const of = await rigWith(tenant, { group: SMALL });
    const died = interrupted(of, () => ({
      transact: () => Promise.resolve({ kind: 'unauthorized', status: 401 }),
    }));
    await expect(backfill(died)).rejects.toMatchObject({ code: 'target.unauthorized' });
    const left = keysOf(partsOf(of));
    expect(left.length).toBeGreaterThan(1);
    expect(reachable(of)).toEqual([]);
    // They may still be committed, so no sweep takes them.
    await of.send.timing.sleep(60_000);
    expect(await sweepParts(of.send, SMALL)).toMatchObject({ gone: 0, left: left.length });
    const another = await of.another();
    await backfill(another);
    expect(keysOf(partsOf(of))).toEqual(left);
    expect(reachable(of)).toEqual(left);
    expect(await scrub(another.verify)).toMatchObject({ result: 'clean', compared: 1 });
    await deleteList(database.pool, tenant, id);
    await pushAll(another);
    expect(partsOf(of)).toEqual([]);
  });

  it('are swept once they can not be committed any more, also when they come late', async () => {
    const tenant = 'late';
    const { pool } = database;
    const id = await insertList(pool, tenant, { items: 20 });
    const of = await rigWith(tenant, { group: SMALL });
    await backfill(of);
    await renameList(pool, tenant, id, 'never committed');
    const died = interrupted(of, () => ({
      transact: () => Promise.resolve({ kind: 'unauthorized', status: 401 }),
    }));
    await expect(pushAll(died)).rejects.toMatchObject({ code: 'target.unauthorized' });
    const [old] = partsOf(of).filter(({ key }) => !reachable(of).includes(key));
    await renameList(pool, tenant, id, 'committed');
    await pushAll(await of.another());
    const one = JSON.stringify({ key: old!.key.replace(/\d+$/, '9'), value: old!.value });
    await of.store.handle(of.installationId, '/set', one);
    expect(partsOf(of).length).toBeGreaterThan(reachable(of).length + 1);
    await of.send.timing.sleep(60_000);
    const swept = await sweepParts((await of.another()).send, SMALL);
    expect(swept).toMatchObject({ left: 0, complete: true });
    expect(swept.gone).toBeGreaterThan(1);
    expect(keysOf(partsOf(of))).toEqual(reachable(of));
    expect(await compareDigests(of.verify)).toMatchObject({ result: 'clean' });
  });

  it('of a writer on Forge that lost are swept, and the log stays without a gap', async () => {
    const tenant = 'lost-the-race';
    const id = await insertList(database.pool, tenant, { items: 20 });
    const key = `list:${id}`;
    const of = await rigWith(tenant, { group: SMALL });
    const context = await live(of);
    const faster = new ForgeRecords((await of.another()).send, SMALL);
    let isFirst = true;
    const slow = interrupted(of, (carrier) => ({
      transact: async (transaction) => {
        if (isFirst) {
          isFirst = false;
          await faster.change(key, 'faster', rename('faster'));
        }
        return carrier.transact(transaction);
      },
    }));
    const loser = new ForgeRecords(slow.send, SMALL);
    expect(await loser.change(key, 'slower', rename('slower'))).toMatchObject({ kind: 'changed' });
    expect(partsOf(of).length).toBeGreaterThan(reachable(of).length);
    await of.send.timing.sleep(60_000);
    expect(await sweepParts(of.send, SMALL)).toMatchObject({ left: 0, complete: true });
    expect(keysOf(partsOf(of))).toEqual(reachable(of));
    expect(await rollback(context, 'test', 'back')).toMatchObject({ applied: 1 });
    const name = await database.pool.query('select name from checklist where id = $1', [id]);
    expect(name.rows).toEqual([{ name: 'slower' }]);
    expect(await compareDigests(of.verify)).toMatchObject({ result: 'clean' });
  });
});

describe('one change of several records in parts', () => {
  it('is one transaction; what has no room in it is taken by the sweep', async () => {
    const tenant = 'several';
    const { pool } = database;
    const keys: string[] = [];
    for (let i = 0; i < 2; i += 1)
      keys.push(`list:${await insertList(pool, tenant, { items: 40 })}`);
    const of = await rigWith(tenant, { group: SMALL });
    await live(of);
    const before = partsOf(of).length;
    expect(before).toBeGreaterThan(20);
    const records = new ForgeRecords(of.send, SMALL);
    const changed = await records.changeAll(keys, 'both', (present) => {
      return new Map(keys.map((key) => [key, rename('both')(present.get(key)?.value)]));
    });
    expect(changed).toMatchObject({ kind: 'changed' });
    const left = partsOf(of).length - reachable(of).length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(before);
    await of.send.timing.sleep(60_000);
    expect(await sweepParts(of.send, SMALL)).toEqual({ gone: left, left: 0, complete: true });
    expect(keysOf(partsOf(of))).toEqual(reachable(of));
  });
});

const SEEDS = (process.env['FAULT_SEEDS'] ?? '21,22').split(',').map(Number);

describe('two senders of records in parts on a network that loses, repeats and delays', () => {
  it.each(SEEDS)(
    'leave both stores equal and no pointer without its parts, seed %i',
    async (seed) => {
      const { pool } = database;
      const tenant = `parts-faults-${seed}`;
      const random = seededRandom(seed);
      const ids: string[] = [];
      for (let i = 0; i < 20; i += 1) ids.push(await insertList(pool, tenant, { items: i % 15 }));
      const first = await rigWith(tenant, { seed, group: SMALL });
      const rigs = [first, await first.another()];
      for (const one of rigs) {
        const faults = { lostRequest: 0.03, lostAnswer: 0.05, throttled: 0.03, late: 0.05 };
        Object.assign(one.faults, faults);
      }
      const write = async (): Promise<void> => {
        const id = ids[Math.floor(random() * ids.length)]!;
        const dice = random();
        if (dice < 0.7) await renameList(pool, tenant, id, `name ${random()}`);
        else if (dice < 0.85) await deleteList(pool, tenant, id);
        else await insertList(pool, tenant, { id, items: 12 }).catch(() => undefined);
      };
      const writers = (async () => {
        for (let i = 0; i < 40; i += 1) await write();
      })();
      await Promise.all([writers, ...rigs.map((one) => patiently(() => backfill(one)))]);
      await Promise.all(rigs.map((one) => patiently(() => pushAll(one))));
      for (const one of rigs) {
        Object.assign(one.faults, { lostRequest: 0, lostAnswer: 0, throttled: 0, late: 0 });
      }
      await first.send.timing.sleep(60_000);
      const fresh = await first.another();
      await pushAll(fresh);
      expect({ seed, ...(await compareDigests(fresh.verify)) }).toMatchObject({
        ...{ seed, result: 'clean', differences: 0 },
      });
      expect(await scrub(fresh.verify)).toMatchObject({ result: 'clean', differences: 0 });
      expect(keysOf(partsOf(first))).toEqual(expect.arrayContaining(reachable(first)));
      expect(await sweepParts(fresh.send, SMALL)).toMatchObject({ left: 0, complete: true });
      expect(keysOf(partsOf(first))).toEqual(reachable(first));
      expect(await scrub(fresh.verify, { again: true })).toMatchObject({ result: 'clean' });
    },
  );
});

/** A worker's patience: what the fence or the network stopped is begun again. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof LayerError)) throw error;
    }
  }
  throw new Error('gave up');
}
