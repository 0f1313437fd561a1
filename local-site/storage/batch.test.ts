import { afterEach, describe, expect, it } from '@jest/globals';
import { EMPLOYEE } from './testing/entities.ts';
import { storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';

let current: StoreUnderTest | undefined;
async function open(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  current = await storeUnderTest({ entities: [EMPLOYEE], ...options });
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

describe('batches through the real SDK', () => {
  it('set, get and delete 25 keys, plain and of entities, in any order', async () => {
    const { sdk } = await open();
    const items = Array.from({ length: 25 }, (_, n) =>
      n % 2 ? { key: `k${n}`, value: n } : { key: `k${n}`, value: { n }, entityName: 'employee' },
    );
    const targets = items.map(({ key, entityName }) =>
      entityName ? { key, entityName } : { key },
    );
    const byKey = (one: { key: string }, other: { key: string }): number =>
      one.key.localeCompare(other.key);

    const written = await sdk.kvs.batchSet<unknown>(items);
    expect(written.failedKeys).toEqual([]);
    expect(written.successfulKeys.sort(byKey)).toEqual([...targets].sort(byKey));

    const read = await sdk.kvs.batchGet(targets);
    expect(read.failedKeys).toEqual([]);
    expect(read.successfulKeys.map(({ key }) => key)).not.toEqual(targets.map(({ key }) => key));
    expect(read.successfulKeys.sort(byKey)).toEqual([...items].sort(byKey));

    const removed = await sdk.kvs.batchDelete(targets);
    expect(removed.successfulKeys).toHaveLength(25);
    expect((await sdk.kvs.batchGet(targets)).successfulKeys).toEqual([]);
  });

  it('name a missing key in failedKeys as measured', async () => {
    const { sdk } = await open();
    await sdk.kvs.set('there', 1);
    expect(await sdk.kvs.batchGet([{ key: 'there' }, { key: 'missing' }])).toEqual({
      successfulKeys: [{ key: 'there', value: 1 }],
      failedKeys: [
        {
          key: 'missing',
          error: { code: 'KEY_NOT_FOUND', message: 'Provided key does not exist' },
        },
      ],
    });
  });

  it('carry metadata on request', async () => {
    const { sdk, clock } = await open();
    await sdk.kvs.batchSet([{ key: 'k', value: 1, options: { ttl: { value: 1, unit: 'DAYS' } } }]);
    const fields = Object.values(sdk.MetadataField);
    const { successfulKeys } = await sdk.kvs.batchGet([
      { key: 'k', options: { metadataFields: fields } },
    ]);
    expect(successfulKeys).toEqual([
      {
        key: 'k',
        value: 1,
        createdAt: clock.now(),
        updatedAt: clock.now(),
        expireTime: new Date(clock.now() + 86_400_000).toISOString(),
      },
    ]);
  });

  it('store the good items although others fail, and say which and why', async () => {
    const { sdk } = await open();
    const { successfulKeys, failedKeys } = await sdk.kvs.batchSet<unknown>([
      { key: 'good', value: 1 },
      { key: 'bad/key', value: 1 },
      { key: 'large', value: 'x'.repeat(250_000) },
      { key: 'typed', value: { n: 'text' }, entityName: 'employee' },
      { key: 'lost', value: { n: 1 }, entityName: 'not-declared' },
    ]);
    expect(successfulKeys).toEqual([{ key: 'good' }]);
    expect(failedKeys.map(({ key, error }) => [key, error.code])).toEqual([
      ['bad/key', 'INVALID_KEY'],
      ['large', 'MAX_SIZE'],
      ['typed', 'INCORRECT_PROPERTY_TYPE'],
      ['lost', 'SCHEMA_NOT_FOUND'],
    ]);
    expect(await sdk.kvs.get('good')).toBe(1);
  });

  it('fail as a whole when empty', async () => {
    const { call } = await open();
    for (const operation of ['/batch/set', '/batch/get', '/batch/delete']) {
      expect(await call(operation, [])).toMatchObject({
        status: 400,
        body: { code: 'INVALID_REQUEST' },
      });
    }
  });

  it('may read the version before a recent change, item by item, until the lag has passed', async () => {
    const { sdk, clock } = await open({
      switches: { batchGetConsistency: 'lagging', queryLagMs: { min: 2_000, max: 5_000 } },
    });
    await sdk.kvs.set('k', 'before');
    clock.advance(5_000);
    await sdk.kvs.set('k', 'between');
    await sdk.kvs.set('k', 'after');
    const seen = new Set<unknown>();
    for (let at = 0; at < 40; at++) {
      seen.add((await sdk.kvs.batchGet([{ key: 'k' }])).successfulKeys[0]?.value);
      expect(await sdk.kvs.get('k')).toBe('after');
    }
    expect(seen).toEqual(new Set(['before', 'after']));
    clock.advance(5_000);
    for (let at = 0; at < 20; at++) {
      expect((await sdk.kvs.batchGet([{ key: 'k' }])).successfulKeys[0]?.value).toBe('after');
    }
  });

  it('read strictly where the switch says so', async () => {
    const { sdk } = await open({ switches: { queryLagMs: { min: 5_000, max: 5_000 } } });
    await sdk.kvs.set('k', 1);
    for (let at = 0; at < 20; at++) {
      await sdk.kvs.set('k', at);
      expect((await sdk.kvs.batchGet([{ key: 'k' }])).successfulKeys[0]?.value).toBe(at);
    }
  });
});
