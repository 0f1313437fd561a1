import { afterEach, describe, expect, it } from '@jest/globals';
import { EMPLOYEE } from './testing/entities.ts';
import { refusalOf, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest } from './testing/sdk.ts';

let current: StoreUnderTest | undefined;
async function open(): Promise<StoreUnderTest> {
  current = await storeUnderTest({ entities: [EMPLOYEE] });
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

const LARGE = 'x'.repeat(230_000);

describe('the throughput', () => {
  it('of one key is 12 MB read a second, of another one another 12 MB', async () => {
    const { sdk, clock } = await open();
    await sdk.kvs.set('hot', LARGE);
    await sdk.kvs.set('cold', LARGE);
    for (let at = 0; at < 52; at++) await sdk.kvs.get('hot');
    expect(await refusalOf(sdk.kvs.get('hot'))).toMatchObject({
      status: 429,
      code: 'REQUEST_THROTTLED',
    });
    const { failedKeys } = await sdk.kvs.batchGet([{ key: 'hot' }, { key: 'cold' }]);
    expect(failedKeys).toMatchObject([{ key: 'hot', error: { code: 'REQUEST_THROTTLED' } }]);
    clock.advance(1_000);
    expect(await sdk.kvs.get('hot')).toHaveLength(LARGE.length);
  });

  it('of one index value is 24 MB queried a second, of another one another 24 MB', async () => {
    const { sdk, clock } = await open();
    const employees = sdk.kvs.entity('employee');
    for (let n = 0; n < 60; n++) {
      await employees.set(`e${n}`, { n, team: 'red', extra: LARGE });
      clock.advance(1_000);
    }
    const team = (name: string) =>
      employees
        .query()
        .index('by-team', { partition: [name] })
        .limit(100)
        .getMany();
    expect((await team('red')).results).toHaveLength(60);
    expect(await refusalOf(team('red'))).toMatchObject({ status: 429, code: 'REQUEST_THROTTLED' });
    await team('blue');
    clock.advance(1_000);
    await team('red');
  });

  it('of one key is 1 MB written a second, in transactions and batches too', async () => {
    const { sdk } = await open();
    for (let at = 0; at < 4; at++) await sdk.kvs.set('hot', LARGE);
    const transaction = sdk.kvs.transact().set('hot', LARGE).set('other', 1);
    expect((await refusalOf(transaction.execute())).code).toBe('REQUEST_THROTTLED');
    const { successfulKeys, failedKeys } = await sdk.kvs.batchSet<unknown>([
      { key: 'hot', value: LARGE },
      { key: 'other', value: 1 },
    ]);
    expect(successfulKeys).toEqual([{ key: 'other' }]);
    expect(failedKeys).toMatchObject([{ key: 'hot', error: { code: 'REQUEST_THROTTLED' } }]);
  });
});

describe('the read units of a minute', () => {
  it('are 4,000 of their own: the next one is refused, while writes go on', async () => {
    const { sdk, clock, store, installationId } = await open();
    for (let at = 0; at < 25; at++) await sdk.kvs.set(`k${at}`, 'x'.repeat(199_000));
    const batch = Array.from({ length: 25 }, (_, at) => ({ key: `k${at}` }));
    clock.advance(60_000);
    for (let at = 0; at < 8; at++) {
      await sdk.kvs.batchGet(batch);
      clock.advance(1_000);
    }
    const { readUnits } = store.usage(installationId);
    expect(readUnits).toBe(8 * 498);
    for (let unit = readUnits; unit < 4_000; unit++) await sdk.kvs.get('missing');
    expect((await refusalOf(sdk.kvs.get('k1'))).code).toBe('RATE_LIMIT_EXCEEDED');
    await sdk.kvs.set('k', 1);
    clock.advance(52_000);
    await sdk.kvs.get('k1');
  });
});
