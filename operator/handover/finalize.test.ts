import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  finalize,
  recoverAll,
  rollback,
  type EraseContext,
  type OperationsContext,
} from 'crossgrade/handover';
import { HeadBook } from 'crossgrade/copy';
import { readTenant } from 'crossgrade/postgres';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { Crash, Crashes, crashPoints } from '../testing/crash-at.ts';
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

async function settled(tenant: string): Promise<TenantAt> {
  const at = await tenantAt(database.pool, tenant, 'settled');
  open.push(at);
  return at;
}

/** Another process, which remembers nothing. */
function afresh(context: EraseContext): EraseContext {
  return { ...context, send: { ...context.send, heads: new HeadBook() } };
}

const rowOf = (tenant: string) => readTenant(database.pool, { tenant, group: 'checklists' });
const nameOf = async (tenant: string, id: string): Promise<string | undefined> => {
  const found = await database.pool.query<{ name: string }>(
    'select name from checklist where tenant = $1 and id = $2',
    [tenant, id],
  );
  return found.rows[0]?.name;
};
const actions = async (tenant: string): Promise<string[]> => {
  const found = await database.pool.query<{ action: string }>(
    'select action from mig_audit where tenant = $1 order by id',
    [tenant],
  );
  return found.rows.map(({ action }) => action);
};

async function expectFinal(at: TenantAt, tenant: string): Promise<void> {
  expect(at.authorities()).toEqual(['S']);
  expect(at.keys('l:')).toEqual([]);
  expect(at.keys('t:')).toEqual([]);
  expect(await rowOf(tenant)).toMatchObject({ stage: 'final', swept_at: expect.any(Date) });
  // The archive is of the moment of the seal, and nothing says any more that something is on its way.
  expect(await nameOf(tenant, at.ids[0]!)).toBe('by Forge');
  expect(await nameOf(tenant, at.ids[1]!)).toBeUndefined();
  const left = await database.pool.query(
    `select (select count(*) from mig_dirty where tenant = $1)::int as dirty,
            (select count(*) from mig_ver where tenant = $1 and deleted)::int as tombstones,
            (select gate from mig_gate where tenant = $1) as gate`,
    [tenant],
  );
  expect(left.rows).toEqual([{ dirty: 0, tombstones: 0, gate: 'closed' }]);
}

describe('finalize', () => {
  it('leaves Forge as the only holder, with records, heads and nothing else', async () => {
    const at = await settled('only-holder');
    expect(at.keys('t:')).toHaveLength(2);
    expect(await finalize(at.context, 'olga', 'bake time is over')).toMatchObject({
      ...{ applied: 2, tombstones: 2 },
    });
    await expectFinal(at, 'only-holder');
    expect((await actions('only-holder')).slice(-3)).toEqual(['finalize', 'final', 'swept']);
  });

  it('leaves writers and readers what they need, without log and tombstones', async () => {
    const at = await settled('goes-on');
    await finalize(at.context, 'olga', 'r');
    const key = `list:${at.ids[0]}`;
    expect(await at.records.read(key)).toMatchObject({ kind: 'read' });
    expect(await at.records.change(key, 'm1', renamed('afterwards'))).toMatchObject({
      kind: 'changed',
    });
    expect(await at.records.change(`list:${at.ids[3]}`, 'm2', () => undefined)).toMatchObject({
      ...{ kind: 'changed', stored: undefined },
    });
    const stored = await at.records.read(`list:${at.ids[3]}`);
    expect(stored).toMatchObject({ stored: { value: undefined } });
    expect(at.keys('l:')).toEqual([]);
    expect(at.keys('t:')).toEqual([]);
    // Made again, it is a record like any other.
    const present = await at.records.read(key);
    const value = present.kind === 'read' ? present.stored.value : undefined;
    await at.records.change(`list:${at.ids[3]}`, 'm3', () => value);
    expect(await at.records.read(`list:${at.ids[3]}`)).toMatchObject({
      stored: { version: { n: 1 } },
    });
  });

  it('keeps a change from being made twice when its answer was lost', async () => {
    const at = await settled('lost-answer');
    await finalize(at.context, 'olga', 'r');
    at.rig.faults.lostAnswer = 0.4;
    const key = `list:${at.ids[0]}`;
    const versionOf = async (): Promise<number> => {
      const read = await at.records.read(key);
      return read.kind === 'read' ? read.stored.version.n : 0;
    };
    await at.records.change(key, 'first', renamed('in the sealed epoch'));
    for (let i = 0; i < 12; i += 1) {
      const before = await versionOf();
      await at.records.change(key, `m${i}`, renamed(`change ${i}`));
      expect(await versionOf()).toBe(before + 1);
    }
    at.rig.faults.lostAnswer = 0;
  });

  it('refuses every way back from its first step on', async () => {
    const at = await settled('no-way-back');
    const died = crashing(at.context, { at: 20, isLate: true });
    await expect(finalize(died, 'olga', 'r')).rejects.toThrow(Crash);
    await expect(rollback(at.context, 'otto', 'r')).rejects.toMatchObject({ code: 'head.sealed' });
    await finalize(afresh(at.context), 'olga', 'r');
    await expect(rollback(at.context, 'otto', 'r')).rejects.toMatchObject({
      code: 'stage.unexpected',
    });
    await expectFinal(at, 'no-way-back');
  });

  it('is not begun by a tenant that is live, paused or elsewhere', async () => {
    const at = await tenantAt(database.pool, 'too-early', 'live');
    open.push(at);
    await expect(finalize(at.context, 'olga', 'r')).rejects.toMatchObject({
      code: 'stage.unexpected',
    });
    expect(at.authorities()).toEqual(['F']);
    expect(await rowOf('too-early')).toMatchObject({ stage: 'live', sealing_since: null });
  });
});

function crashing(
  context: EraseContext,
  plan: { at: number; isLate: boolean },
): OperationsContext & { crashes: Crashes } {
  const crashes = new Crashes(plan);
  const send = {
    ...context.send,
    heads: new HeadBook(),
    carrier: crashes.port(context.send.carrier),
  };
  return {
    ...context,
    ...{ send, crashes },
    postgres: crashes.port(context.postgres),
    operations: crashes.port(context.operations),
  };
}

describe('finalize, killed', () => {
  it('at any of its calls ends the same when it is run again or recovered', async () => {
    const whole = await settled('whole');
    const counted = crashing(whole.context, { at: Infinity, isLate: false });
    await finalize(counted, 'olga', 'r');
    let deaths = 0;
    for (const point of crashPoints(counted.crashes.calls, 10)) {
      const tenant = `killed-${point}`;
      const at = await tenantAt(database.pool, tenant, 'settled');
      const died = crashing(at.context, { at: point, isLate: point % 4 > 1 });
      // How many calls it takes varies a little with the buckets of the records, so the last points may lie behind its end.
      await finalize(died, 'olga', 'r').catch(() => (deaths += 1));
      // People go on in between.
      await at.records.change(`list:${at.ids[4]}`, 'between', renamed('between'));
      const isBegun = (await rowOf(tenant))?.sealing_since != null;
      if (point % 2 === 0 && isBegun) await recoverAll(afresh(at.context), 'worker');
      else await finalize(afresh(at.context), 'olga', 'r');
      await expectFinal(at, tenant);
      const left = await at.records.read(`list:${at.ids[4]}`);
      expect(left).toMatchObject({ stored: { value: { doc: { name: 'between' } } } });
      expect((await actions(tenant)).filter((action) => action === 'final')).toHaveLength(1);
      at.rig.close();
    }
    expect(deaths).toBeGreaterThan(15);
  }, 240_000);
});
