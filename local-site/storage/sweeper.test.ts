import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EMPLOYEE } from './testing/entities.ts';
import { INSTALLATION, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';

const HOUR = 3_600_000;
const TABLES = ['version', 'current', 'seen', 'pending', 'index_entry'] as const;

let folder: string;
let file: string;
let current: StoreUnderTest | undefined;
async function open(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  current = await storeUnderTest({ file, entities: [EMPLOYEE], ...options });
  return current;
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-store-'));
  file = join(folder, 'swept.db');
});
afterEach(async () => {
  current?.store.close();
  current = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Rows in the file, as another process sees them. */
function rows(): Record<(typeof TABLES)[number], number> {
  const db = new DatabaseSync(file, { readOnly: true });
  const count = (table: string): [string, number] => [
    table,
    Number(db.prepare(`select count(*) as n from ${table}`).get()?.['n']),
  ];
  const counts = Object.fromEntries(TABLES.map(count));
  db.close();
  return counts as Record<(typeof TABLES)[number], number>;
}

const NOTHING = { version: 0, current: 0, seen: 0, pending: 0, index_entry: 0 };

async function setForAnHour({ sdk }: StoreUnderTest, keys: number): Promise<void> {
  const ttl = { value: 1, unit: 'HOURS' } as const;
  for (let at = 0; at < keys; at++) {
    const value = { n: at, team: 'red', name: 'Ada' };
    await sdk.kvs.entity('employee').set(`e${at}`, value, { keyPolicy: 'OVERRIDE', ttl });
  }
}

describe('items past their time', () => {
  it('are removed from the file once they may no longer be visible, with their index entries', async () => {
    const test = await open({ switches: { expiredVisibleMs: 48 * HOUR } });
    await setForAnHour(test, 20);
    await test.sdk.kvs.setSecret('s', 1, {
      keyPolicy: 'OVERRIDE',
      ttl: { value: 1, unit: 'HOURS' },
    });
    expect(rows()).toMatchObject({ version: 21, current: 21, seen: 20, index_entry: 40 });
    test.clock.advance(HOUR);
    await test.sdk.kvs.get('anything');
    expect(rows()).toMatchObject({ version: 21 });
    test.clock.advance(48 * HOUR);
    await test.sdk.kvs.get('anything');
    expect(rows()).toEqual(NOTHING);
  });

  it('are removed a few hundred at a time', async () => {
    const test = await open({ limits: { quotas: false } });
    await setForAnHour(test, 1_200);
    test.clock.advance(HOUR);
    await test.sdk.kvs.get('anything');
    expect(rows()).toMatchObject({ version: 700, current: 700, seen: 700 });
    for (let at = 0; at < 2; at++) await test.sdk.kvs.get('anything');
    expect(rows()).toEqual(NOTHING);
  });

  it('go although queries have not seen them yet, and what queries see then goes as well', async () => {
    const test = await open({ switches: { queryLagMs: { min: 5_000, max: 5_000 } } });
    const employees = test.sdk.kvs.entity('employee');
    await employees.set('e', { n: 1, team: 'red' });
    test.clock.advance(59_000);
    const ttl = { value: 1, unit: 'SECONDS' } as const;
    await employees.set('e', { n: 2, team: 'red' }, { keyPolicy: 'OVERRIDE', ttl });
    test.clock.advance(1_000);
    expect(await employees.get('e')).toBeUndefined();
    const inTeam = async (): Promise<number> =>
      (
        await employees
          .query()
          .index('by-team', { partition: ['red'] })
          .getMany()
      ).results.length;
    expect(await inTeam()).toBe(1);
    test.clock.advance(5_000);
    expect(await inTeam()).toBe(0);
    test.clock.advance(60_000);
    await test.sdk.kvs.get('anything');
    expect(rows()).toEqual(NOTHING);
  });
});

describe('versions that nobody can see', () => {
  it('leave the file when queries have caught up, however often a key changed', async () => {
    const test = await open({ switches: { queryLagMs: { min: 2_000, max: 5_000 } } });
    const employees = test.sdk.kvs.entity('employee');
    for (let n = 0; n < 100; n++) await employees.set('hot', { n, team: 'red' });
    for (let n = 0; n < 10; n++) {
      await employees.set('gone', { n });
      await employees.delete('gone');
    }
    const { version, current, pending } = rows();
    expect(current).toBe(2);
    // Only the versions that some query could still see are kept: with a still clock those of rising lags.
    expect(version).toBeLessThan(40);
    expect(pending).toBeLessThan(40);
    test.clock.advance(5_000);
    await employees.query().index('by-key').getMany();
    expect(rows()).toEqual({ version: 1, current: 1, seen: 1, pending: 0, index_entry: 1 });
  });
});

describe('data that was taken away', () => {
  it('leaves the file piece by piece after a restore, a dropped snapshot and 28 days', async () => {
    const test = await open({ limits: { quotas: false } });
    const { store, clock, call } = test;
    await setForAnHour(test, 600);
    const snapshot = store.snapshot(INSTALLATION);
    store.restore(INSTALLATION, snapshot);
    expect(rows()).toMatchObject({ version: 1_800 });
    store.dropSnapshot(snapshot);
    for (let at = 0; at < 12; at++) await call('/get', { key: 'anything' });
    expect(rows()).toMatchObject({ version: 600, current: 600, seen: 600, index_entry: 1_200 });
    store.open('another');
    store.retire(INSTALLATION);
    clock.advance(28 * 24 * HOUR);
    for (let at = 0; at < 12; at++) await store.handle('another', '/get', '{"key":"anything"}');
    expect(rows()).toEqual(NOTHING);
  });

  it('goes on leaving the file after it was opened again', async () => {
    const test = await open();
    await setForAnHour(test, 3);
    test.store.dropSnapshot(test.store.snapshot(INSTALLATION));
    test.store.close();
    const again = await open({ clock: test.clock });
    for (let at = 0; at < 6; at++) await again.call('/get', { key: 'anything' });
    expect(rows()).toMatchObject({ version: 3 });
  });
});
