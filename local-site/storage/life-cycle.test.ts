import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EntitySchema, StoredItem } from '../types.ts';
import { EMPLOYEE } from './testing/entities.ts';
import { INSTALLATION, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';

const OTHER = 'ari:cloud:ecosystem::installation/3f0c4e5a-0000-4000-8000-000000000002';
const DAY = 24 * 3_600_000;
const HOUR = 3_600_000;

let current: StoreUnderTest | undefined;
async function open(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  current = await storeUnderTest({ entities: [EMPLOYEE], ...options });
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

/** Plain keys, a secret, entities with indexes, one of them with a time to live. */
async function openFilled(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  const test = await open(options);
  const { kvs } = test.sdk;
  await kvs.set('plain', { text: 'ü🙂' });
  await kvs.setSecret('secret', 'hidden');
  await kvs.entity('employee').set('e1', { n: 2, team: 'red', name: 'Ada' });
  await kvs.entity('employee').set('e2', { n: 1, team: 'red', name: 'Bob' });
  const ttl = { value: 1, unit: 'HOURS' } as const;
  await kvs.entity('employee').set('e3', { n: 3, team: 'red' }, { keyPolicy: 'OVERRIDE', ttl });
  return test;
}

const held = ({ store }: StoreUnderTest, installationId = INSTALLATION): StoredItem[] => [
  ...store.inspect(installationId),
];

const FILLED = [
  { key: 'plain', value: { text: 'ü🙂' } },
  { entityName: 'employee', key: 'e1', value: { n: 2, team: 'red', name: 'Ada' } },
  { entityName: 'employee', key: 'e2', value: { n: 1, team: 'red', name: 'Bob' } },
  { entityName: 'employee', key: 'e3', value: { n: 3, team: 'red' } },
];

async function keysInTeam(
  { store }: StoreUnderTest,
  team: string,
  installationId = INSTALLATION,
): Promise<string[]> {
  const body = { entityName: 'employee', indexName: 'by-team', partition: [team] };
  const answer = await store.handle(installationId, '/entity/query', JSON.stringify(body));
  expect(answer.status).toBe(200);
  return (answer.body as { data: { key: string }[] }).data.map(({ key }) => key);
}

describe('a snapshot', () => {
  it('brings back what an installation held, and nothing that was written since', async () => {
    const test = await openFilled();
    const { store, clock, sdk } = test;
    const made = clock.now();
    const snapshot = store.snapshot(INSTALLATION);
    clock.advance(60_000);
    await sdk.kvs.set('plain', 'later');
    await sdk.kvs.set('new', 1);
    await sdk.kvs.deleteSecret('secret');
    await sdk.kvs.entity('employee').set('e1', { n: 9, team: 'blue' });
    await sdk.kvs.entity('employee').delete('e2');

    store.restore(INSTALLATION, snapshot);
    expect(held(test)).toEqual(FILLED);
    expect(await sdk.kvs.getSecret('secret')).toBe('hidden');
    expect(await keysInTeam(test, 'red')).toEqual(['e2', 'e1', 'e3']);
    expect(await keysInTeam(test, 'blue')).toEqual([]);
    const withTimes = { metadataFields: Object.values(sdk.MetadataField) };
    expect(await sdk.kvs.entity('employee').get('e3', withTimes)).toMatchObject({
      createdAt: made,
      updatedAt: made,
      expireTime: new Date(made + HOUR).toISOString(),
    });
    clock.advance(HOUR);
    expect(await sdk.kvs.entity('employee').get('e3')).toBeUndefined();
  });

  it('can be gone back to more than once, also after the file was opened again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forge-store-'));
    const file = join(folder, 'snapshots.db');
    const first = await openFilled({ file });
    const snapshot = first.store.snapshot(INSTALLATION);
    await first.sdk.kvs.delete('plain');
    first.store.restore(INSTALLATION, snapshot);
    await first.sdk.kvs.delete('plain');
    first.store.close();
    const second = await open({ file, clock: first.clock });
    expect(held(second)).toEqual(FILLED.slice(1));
    second.store.restore(INSTALLATION, snapshot);
    expect(held(second)).toEqual(FILLED);
    await rm(folder, { recursive: true });
  });

  it('keeps what the installation declares now, with indexes over what came back', async () => {
    const test = await openFilled();
    const snapshot = test.store.snapshot(INSTALLATION);
    const byName: EntitySchema = {
      ...EMPLOYEE,
      indexes: [{ name: 'by-team', partition: ['team'], range: ['name'] }],
    };
    const added: EntitySchema = { name: 'added', attributes: { n: 'integer' }, indexes: [] };
    test.store.declare(INSTALLATION, [byName, added]);
    test.store.restore(INSTALLATION, snapshot);
    expect(await keysInTeam(test, 'red')).toEqual(['e1', 'e2']);
    await test.sdk.kvs.entity('added').set('a', { n: 1 });
    expect(await test.sdk.kvs.entity('added').get('a')).toEqual({ n: 1 });
  });

  it('holds the truth, not what a lagging query saw, and ends the lag when it comes back', async () => {
    const test = await openFilled({ switches: { queryLagMs: { min: 5_000, max: 5_000 } } });
    const snapshot = test.store.snapshot(INSTALLATION);
    await test.sdk.kvs.entity('employee').set('e1', { n: 9, team: 'blue' });
    test.store.restore(INSTALLATION, snapshot);
    expect(await keysInTeam(test, 'red')).toEqual(['e2', 'e1', 'e3']);
    test.clock.advance(5_000);
    expect(await keysInTeam(test, 'red')).toEqual(['e2', 'e1', 'e3']);
    expect(await keysInTeam(test, 'blue')).toEqual([]);
  });

  it('makes the cursors of before invalid', async () => {
    const { call, store } = await openFilled();
    const query = { entityName: 'employee', indexName: 'by-key', limit: 1 };
    const { cursor } = (await call('/entity/query', query)).body as { cursor: string };
    store.restore(INSTALLATION, store.snapshot(INSTALLATION));
    expect(await call('/entity/query', { ...query, cursor })).toMatchObject({
      body: { code: 'INVALID_CURSOR' },
    });
  });

  it('is refused when it does not exist or was dropped', async () => {
    const { store } = await openFilled();
    const snapshot = store.snapshot(INSTALLATION);
    store.dropSnapshot(snapshot);
    for (const id of [snapshot, 'snapshot:77', INSTALLATION]) {
      expect(() => store.restore(INSTALLATION, id)).toThrow(
        expect.objectContaining({ code: 'unknown_snapshot' }),
      );
    }
  });
});

describe('a clone', () => {
  it('holds everything of the other installation, and the two go their own ways', async () => {
    const test = await openFilled();
    const { store, sdk } = test;
    store.clone(INSTALLATION, OTHER);
    expect(held(test, OTHER)).toEqual(FILLED);
    const secret = await store.handle(OTHER, '/secret/get', '{"key":"secret"}');
    expect(secret.body).toMatchObject({ value: 'hidden' });
    expect(await keysInTeam(test, 'red', OTHER)).toEqual(['e2', 'e1', 'e3']);
    await sdk.kvs.set('plain', 'of the first');
    await store.handle(OTHER, '/entity/delete', '{"entityName":"employee","key":"e1"}');
    expect(held(test, OTHER)).toEqual([FILLED[0], ...FILLED.slice(2)]);
    expect(await sdk.kvs.entity('employee').get('e1')).toBeDefined();
    expect(store.usage(OTHER)).toMatchObject({ writeUnits: 1 });
  });

  it('replaces what the target held', async () => {
    const test = await openFilled();
    test.store.open(OTHER);
    await test.store.handle(OTHER, '/set', '{"key":"own","value":1}');
    test.store.clone(INSTALLATION, OTHER);
    expect(held(test, OTHER)).toEqual(FILLED);
    test.store.clone(OTHER, OTHER);
    expect(held(test, OTHER)).toEqual(FILLED);
  });
});

describe('a retired installation', () => {
  it('is refused, keeps its data for 28 days, and then has none', async () => {
    const test = await openFilled();
    const { store, clock } = test;
    store.retire(INSTALLATION);
    expect(await test.call('/get', { key: 'plain' })).toMatchObject({
      status: 403,
      body: { code: 'APP_NOT_INSTALLED' },
    });
    clock.advance(28 * DAY - 1);
    expect(held(test)).toHaveLength(3);
    clock.advance(1);
    expect(() => held(test)).toThrow(expect.objectContaining({ code: 'unknown_installation' }));
    await expect(test.call('/get', { key: 'plain' })).rejects.toMatchObject({
      code: 'unknown_installation',
    });
  });

  it('counts its 28 days from the first time it was retired', async () => {
    const test = await openFilled();
    test.store.retire(INSTALLATION);
    test.clock.advance(20 * DAY);
    test.store.retire(INSTALLATION);
    test.clock.advance(8 * DAY);
    expect(() => held(test)).toThrow();
  });

  it('becomes the data of a new installation within 21 days', async () => {
    const test = await openFilled();
    const { store, clock } = test;
    store.retire(INSTALLATION);
    clock.advance(21 * DAY);
    store.open(OTHER);
    store.declare(OTHER, [{ ...EMPLOYEE, indexes: EMPLOYEE.indexes.slice(1) }]);
    await store.handle(OTHER, '/set', '{"key":"of the empty one","value":1}');
    expect(store.relink(INSTALLATION, OTHER)).toBe(true);
    expect(held(test, OTHER)).toEqual(FILLED.slice(0, 3));
    expect(await keysInTeam(test, 'red', OTHER)).toEqual(['e2', 'e1']);
    expect(store.relink(INSTALLATION, OTHER)).toBe(false);
    clock.advance(30 * DAY);
    expect(held(test, OTHER)).toHaveLength(3);
  });

  it('cannot be linked again later than that, nor before it was retired', async () => {
    const { store, clock } = await openFilled();
    store.open(OTHER);
    expect(store.relink(INSTALLATION, OTHER)).toBe(false);
    expect(store.relink('never there', OTHER)).toBe(false);
    store.retire(INSTALLATION);
    clock.advance(21 * DAY + 1);
    expect(store.relink(INSTALLATION, OTHER)).toBe(false);
  });
});
