import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checklists } from '../../remote-server/records/index.ts';
import { createFakeClock, seededRandom } from '../../local-site/support/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { enrolledRig, type Rig } from '../../test/migration/support/rig.ts';
import { deleteList, insertList, renameList } from '../../test/migration/support/rows.ts';
import { backfill, pushAll } from '../../test/migration/support/run.ts';
import type { Timing } from '../copy/unit-account.ts';
import { cutover } from '../handover/cutover.ts';
import { makeHandover } from '../handover/handover-context.ts';
import { ForgeRecords } from '../live/forge-records.ts';
import { leaveCopy } from '../postgres/stage.ts';
import type { Json } from '../terms.ts';
import { scrub } from '../verify/scrub-pass.ts';
import type { VerifyContext } from '../verify/verify-context.ts';
import { classifyShadow, type ShadowSide } from './classify-shadow.ts';
import { readBoth, readTwice, type ShadowReport } from './read-both.ts';
import { ShadowReader, type ShadowOptions } from './shadow-reader.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_126);
const side = (n: number, hash: string, deleted = false): ShadowSide => ({
  ...{ version: { e: 1, n }, hash, deleted },
});
const nothing: ShadowSide = { version: { e: 0, n: 0 }, hash: undefined, deleted: true };

describe('the classes of a shadow read', () => {
  it('go by version first, and by content only for the same one', () => {
    expect(classifyShadow(side(2, 'a'), side(2, 'a'), false)).toBe('same');
    expect(classifyShadow(side(2, 'a'), side(2, 'b'), true)).toBe('corrupt');
    expect(classifyShadow(side(3, 'a'), side(2, 'b'), true)).toBe('lag');
    expect(classifyShadow(side(3, 'a'), side(2, 'b'), false)).toBe('corrupt');
    expect(classifyShadow(side(3, 'a'), nothing, true)).toBe('lag');
    expect(classifyShadow(side(2, 'a'), side(3, 'a'), true)).toBe('ahead');
    expect(classifyShadow(nothing, side(1, 'a'), true)).toBe('rogue');
    expect(classifyShadow(nothing, side(1, 'a', true), false)).toBe('same');
    expect(classifyShadow(side(4, 'a', true), nothing, false)).toBe('same');
    expect(classifyShadow(nothing, nothing, false)).toBe('same');
  });

  it('never call a side that agrees with itself anything but the same, nor a newer follower lag', () => {
    const any = fc.oneof(
      fc.constant(nothing),
      fc.record({
        version: fc.record({
          e: fc.integer({ min: 1, max: 3 }),
          n: fc.integer({ min: 1, max: 3 }),
        }),
        hash: fc.constantFrom('a', 'b'),
        deleted: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(any, any, fc.boolean(), (one, other, mayLag) => {
        expect(classifyShadow(one, one, mayLag)).toBe('same');
        if (classifyShadow(one, other, mayLag) === 'lag') {
          expect(mayLag).toBe(true);
          expect(classifyShadow(other, one, mayLag)).not.toBe('lag');
        }
      }),
      { seed: SEED },
    );
  });
});

describe('a shadow reader', () => {
  const report = (found: ShadowReport['class']): ShadowReport => ({
    ...{ class: found, type: 'list', record: 'abc', authority: 'postgres' },
    versions: { postgres: { e: 1, n: 1 }, forge: { e: 1, n: 1 } },
  });
  const clock = createFakeClock();
  const timing: Timing = {
    now: () => clock.now(),
    sleep: (ms) => new Promise((resolve) => void clock.after(ms, resolve)),
  };
  const reader = (options: Partial<ShadowOptions>) => {
    const told: ShadowReport[] = [];
    const made = new ShadowReader({
      ...{ rate: 1, timing, random: seededRandom(3), calibrateEvery: 1_000 },
      compare: () => Promise.resolve(report('same')),
      calibrate: () => Promise.resolve('same'),
      onFinding: (one) => told.push(one),
      ...options,
    });
    return { made, told };
  };
  const settle = async (ms: number) => {
    for (let i = 0; i < 20; i += 1) await clock.advanceAsync(ms / 20);
  };

  it('looks at its share of the reads and at no more at once than it may', async () => {
    const { made } = reader({ rate: 0.25, mostAtOnce: 3 });
    for (let i = 0; i < 400; i += 1) {
      made.observe(`list:${i}`);
      await settle(0);
    }
    const { classes, skipped } = made.counts();
    expect(classes.same + skipped).toBeGreaterThan(60);
    expect(classes.same + skipped).toBeLessThan(140);
    const { made: busy } = reader({ mostAtOnce: 2, compare: () => new Promise(() => undefined) });
    for (let i = 0; i < 5; i += 1) busy.observe('list:1');
    expect(busy.counts().skipped).toBe(3);
  });

  it('returns at once and throws nothing, whatever becomes of the comparison', async () => {
    const { made } = reader({
      mostAtOnce: 9,
      budgetMs: 500,
      compare: (key) =>
        key === 'list:bad' ? Promise.reject(new Error('down')) : new Promise(() => undefined),
    });
    made.observe('list:bad');
    made.observe('list:slow');
    expect(made.counts()).toMatchObject({ failed: 0, late: 0 });
    await settle(1_000);
    expect(made.counts()).toMatchObject({ failed: 1, late: 1 });
    await made.close();
    made.observe('list:after');
    expect(made.counts()).toMatchObject({ failed: 1, late: 1, skipped: 0 });
  });

  it('tells only what is there at every look', async () => {
    const looks = [report('ahead'), report('same')];
    const { made, told } = reader({
      compare: () => Promise.resolve(looks.shift() ?? report('corrupt')),
    });
    made.observe('list:1');
    await settle(1_000);
    expect(told).toEqual([]);
    made.observe('list:2');
    await settle(1_000);
    expect(told).toEqual([report('corrupt')]);
    expect(made.counts().classes).toMatchObject({ same: 1, corrupt: 1, ahead: 0 });
  });

  it('holds the authority against itself now and then, to know the noise', async () => {
    const { made } = reader({ calibrateEvery: 2, calibrate: () => Promise.resolve('corrupt') });
    for (let i = 0; i < 6; i += 1) {
      made.observe('list:1');
      await settle(10);
    }
    expect(made.counts()).toMatchObject({ calibration: { compared: 3, differing: 3 } });
    expect(made.counts().classes.same).toBe(3);
  });
});

describe('a shadow read of a real tenant', () => {
  let database: TestDatabase;
  let rig: Rig;
  let ids: string[];
  beforeAll(async () => {
    database = await testDatabase();
    ids = [];
    for (let i = 0; i < 6; i += 1) ids.push(await insertList(database.pool, 'shadow'));
    rig = await enrolledRig(database.pool, 'shadow');
    await backfill(rig);
    await pushAll(rig);
    await leaveCopy(database.pool, rig.verify.scope, 'test');
  });
  afterAll(async () => {
    rig.close();
    await database.drop();
  });
  const classOf = async (id: string, context: VerifyContext = rig.verify) =>
    (await readBoth(context, `list:${id}`)).class;

  it('knows lag, corruption and a stranger apart, and names no record', async () => {
    const { pool } = database;
    expect(await classOf(ids[0]!)).toBe('same');
    await renameList(pool, 'shadow', ids[0]!, 'on its way');
    expect(await classOf(ids[0]!)).toBe('lag');
    await deleteList(pool, 'shadow', ids[1]!);
    expect(await classOf(ids[1]!)).toBe('lag');
    await pushAll(rig);
    expect(await classOf(ids[0]!)).toBe('same');
    expect(await classOf(ids[1]!)).toBe('same');
    expect(await readTwice(rig.verify, `list:${ids[0]}`)).toBe('same');
    await pool.query(`update mig_ver set n = n - 1 where tenant = 'shadow' and key = $1`, [
      `list:${ids[0]}`,
    ]);
    expect(await classOf(ids[0]!)).toBe('ahead');
    await pool.query(`update mig_ver set n = n + 1 where tenant = 'shadow' and key = $1`, [
      `list:${ids[0]}`,
    ]);
    const told = await readBoth(rig.verify, `list:${ids[2]}`);
    expect(JSON.stringify(told)).not.toContain(ids[2]);
    expect(told).toMatchObject({ type: 'list', authority: 'postgres' });
    const stranger = { mve: 1, mvn: 1, issue: '1', rank: 'a', doc: {} };
    const body = { entityName: 'tally-list', key: 'list:stranger-x', value: stranger };
    await rig.store.handle(rig.installationId, '/entity/set', JSON.stringify(body));
    await rig.store.handle(
      ...([rig.installationId, '/entity/delete'] as const),
      JSON.stringify({ entityName: 'tally-list', key: 'list:stranger-x' }),
    );
  });

  it('works the other way round while Forge is the authority', async () => {
    const { pool, scope } = rig.verify;
    await scrub(rig.verify);
    const { send, reader, ledger } = rig;
    const handover = makeHandover({ pool, scope, group: checklists, send, reader, ledger });
    const result = await cutover(handover, { who: 'test', expectEpoch: 1 });
    expect(result).toMatchObject({ kind: 'live' });
    const live: VerifyContext = { ...rig.verify, follower: 'postgres' };
    expect(await classOf(ids[3]!, live)).toBe('same');
    await new ForgeRecords(send, checklists).change(`list:${ids[3]}`, 'm', (present) => {
      const record = present as { doc: Record<string, Json> };
      return { ...record, doc: { ...record.doc, name: 'at Forge' } };
    });
    expect(await classOf(ids[3]!, live)).toBe('lag');
    expect(await classOf(ids[4]!, live)).toBe('same');
    const passing: Timing = {
      now: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms).unref()),
    };
    const shadow = new ShadowReader({
      ...{ rate: 1, timing: passing, random: () => 0.5, mostAtOnce: 10 },
      compare: (key) => readBoth(live, key),
      calibrate: (key) => readTwice(live, key),
      onFinding: (report) => expect(report).toBeUndefined(),
    });
    for (const id of ids) shadow.observe(`list:${id}`);
    await shadow.close();
    expect(shadow.counts()).toMatchObject({ failed: 0, classes: { lag: 1, corrupt: 0, ahead: 0 } });
  });
});
