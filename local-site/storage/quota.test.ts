import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateWindow } from './rate-window.ts';
import { EMPLOYEE } from './testing/entities.ts';
import { refusalOf, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';
import { unitsOf } from './units.ts';

let current: StoreUnderTest | undefined;
async function open(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  current = await storeUnderTest({ entities: [EMPLOYEE], ...options });
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

/** A body of exactly `bytes` for a set of key `k`. */
function bodyOf(bytes: number): string {
  const empty = JSON.stringify({ key: 'k', value: '' });
  return JSON.stringify({ key: 'k', value: 'x'.repeat(bytes - empty.length) });
}

describe('units', () => {
  it.each([
    [1, 1],
    [10_000, 1],
    [10_001, 2],
    [20_000, 2],
    [65_000, 7],
  ])('of %i bytes are %i', (bytes, units) => {
    const switches = { unitBytes: 10_000, sizeBasis: 'body' } as const;
    expect(unitsOf({ body: bytes, items: 0 }, switches)).toBe(units);
  });

  it('are charged on the bytes of the whole body of a write', async () => {
    const { store, installationId } = await open();
    await store.handle(installationId, '/set', bodyOf(10_000));
    expect(store.usage(installationId).writeUnits).toBe(1);
    await store.handle(installationId, '/set', bodyOf(10_001));
    expect(store.usage(installationId).writeUnits).toBe(3);
  });

  it('are charged on keys and values alone, or in units of 10 KiB, where the switches say so', async () => {
    const { store, installationId } = await open({ switches: { sizeBasis: 'items' } });
    await store.handle(installationId, '/set', bodyOf(10_010));
    expect(store.usage(installationId).writeUnits).toBe(1);
    store.close();
    const larger = await open({ switches: { unitBytes: 10_240 } });
    await larger.store.handle(installationId, '/set', bodyOf(10_240));
    expect(larger.store.usage(installationId).writeUnits).toBe(1);
  });

  it('are charged on the bytes of the answer of a read, and one for a missing key', async () => {
    const { sdk, store, installationId } = await open();
    await sdk.kvs.set('k', 'x'.repeat(25_000));
    await sdk.kvs.get('k');
    expect(store.usage(installationId).readUnits).toBe(3);
    await sdk.kvs.get('missing');
    expect(store.usage(installationId).readUnits).toBe(4);
  });

  it('of a batch or a transaction follow its total size: ten small writes in one are one unit', async () => {
    const { sdk, store, installationId } = await open();
    const items = Array.from({ length: 10 }, (_, at) => ({
      key: `k${at}`,
      value: 'x'.repeat(900),
    }));
    await sdk.kvs.batchSet(items);
    expect(store.usage(installationId).writeUnits).toBe(1);
    const transaction = sdk.kvs.transact();
    for (const { key, value } of items) transaction.set(key, value + value);
    await transaction.execute();
    expect(store.usage(installationId).writeUnits).toBe(3);
    for (const { key, value } of items) await sdk.kvs.set(key, value);
    expect(store.usage(installationId).writeUnits).toBe(13);
  });

  it('of a transaction are one whatever its size where the switch says so', async () => {
    const { sdk, store, installationId } = await open({ switches: { transactionUnits: 'one' } });
    await sdk.kvs.transact().set('a', 'x'.repeat(100_000)).execute();
    expect(store.usage(installationId).writeUnits).toBe(1);
  });

  it('of a query page follow its answer, or are one where the switch says so', async () => {
    const fill = async ({ sdk, store, installationId }: StoreUnderTest): Promise<number> => {
      for (let at = 0; at < 12; at++) await sdk.kvs.set(`k${at}`, 'x'.repeat(2_000));
      await sdk.kvs.query().limit(100).getMany();
      return store.usage(installationId).readUnits;
    };
    const bytes = await open();
    expect(await fill(bytes)).toBe(3);
    bytes.store.close();
    expect(await fill(await open({ switches: { queryUnits: 'page' } }))).toBe(1);
  });
});

describe('quotas', () => {
  it('refuse the 4,001st unit of a minute, reads and writes apart, and begin anew with the next minute', async () => {
    const { sdk, clock, store, installationId } = await open();
    const value = 'x'.repeat(230_000);
    for (let at = 0; at < 166; at++) {
      await sdk.kvs.set(`k${at}`, value);
      if (at % 50 === 0) clock.advance(1_000);
    }
    expect(store.usage(installationId).writeUnits).toBe(166 * 24);
    expect(await refusalOf(sdk.kvs.set('one more', value))).toMatchObject({
      status: 429,
      code: 'RATE_LIMIT_EXCEEDED',
    });
    await sdk.kvs.set('small', 1);
    expect(await sdk.kvs.get('small')).toBe(1);
    expect(store.usage(installationId).throttled).toBe(1);
    clock.advance(60_000);
    await sdk.kvs.set('one more', value);
  });

  it('refuse the 1,001st request of a second', async () => {
    const { sdk, clock } = await open();
    for (let at = 0; at < 1_000; at++) await sdk.kvs.get('k');
    expect((await refusalOf(sdk.kvs.get('k'))).code).toBe('RATE_LIMIT_EXCEEDED');
    clock.advance(1_000);
    expect(await sdk.kvs.get('k')).toBeUndefined();
  });

  it('are kept per installation', async () => {
    const { store, call, installationId } = await open({ limits: { unitsPerMinute: 1 } });
    store.open('another');
    await call('/set', { key: 'k', value: 1 });
    expect((await call('/set', { key: 'k', value: 1 })).status).toBe(429);
    expect((await store.handle('another', '/set', '{"key":"k","value":1}')).status).toBe(204);
    expect(store.usage(installationId)).toMatchObject({ writeUnits: 1, requests: 2, throttled: 1 });
  });

  it('refuse nothing when switched off, and still count units', async () => {
    const { sdk, store, installationId } = await open({
      limits: { quotas: false, unitsPerMinute: 1 },
    });
    for (let at = 0; at < 1_500; at++) await sdk.kvs.get('k');
    for (let at = 0; at < 10; at++) await sdk.kvs.set('k', 'x'.repeat(200_000));
    expect(store.usage(installationId)).toMatchObject({
      readUnits: 1_500,
      writeUnits: 210,
      throttled: 0,
    });
  });

  it('write nothing of a batch over the budget, or only what fits where the switch says so', async () => {
    const items = Array.from({ length: 4 }, (_, at) => ({
      key: `k${at}`,
      value: 'x'.repeat(9_000),
    }));
    const whole = await open({ limits: { unitsPerMinute: 2 } });
    expect((await refusalOf(whole.sdk.kvs.batchSet(items))).status).toBe(429);
    expect([...whole.store.inspect(whole.installationId)]).toEqual([]);
    whole.store.close();
    const partly = await open({
      limits: { unitsPerMinute: 2 },
      switches: { batchOverBudget: 'items' },
    });
    const { successfulKeys, failedKeys } = await partly.sdk.kvs.batchSet(items);
    expect(successfulKeys).toHaveLength(2);
    expect(failedKeys.map(({ error }) => error.code)).toEqual([
      'RATE_LIMIT_EXCEEDED',
      'RATE_LIMIT_EXCEEDED',
    ]);
    expect([...partly.store.inspect(partly.installationId)]).toHaveLength(2);
  });

  it('count 45 batches a minute only where the switch says so', async () => {
    const { sdk } = await open({ switches: { batchesPerMinute: 45 } });
    for (let at = 0; at < 45; at++) await sdk.kvs.batchGet([{ key: 'k' }]);
    expect((await refusalOf(sdk.kvs.batchGet([{ key: 'k' }]))).status).toBe(429);
  });

  it('name Retry-After only where the switch says so, and other codes where told', async () => {
    const silent = await open({ limits: { unitsPerMinute: 0 } });
    expect((await silent.call('/set', { key: 'k', value: 1 })).headers).toBeUndefined();
    silent.store.close();
    const loud = await open({
      limits: { unitsPerMinute: 0 },
      switches: {
        retryAfterHeader: true,
        throttleCode: { general: 'REQUEST_THROTTLED', transaction: 'RATE_LIMIT_EXCEEDED' },
      },
    });
    loud.clock.advance(20_000);
    expect(await loud.call('/set', { key: 'k', value: 1 })).toEqual({
      status: 429,
      body: { code: 'REQUEST_THROTTLED', message: expect.any(String) },
      headers: { 'retry-after': '40' },
    });
    expect(await loud.call('/transaction', { set: [{ key: 'k', value: 1 }] })).toMatchObject({
      body: { code: 'RATE_LIMIT_EXCEEDED' },
    });
  });

  it('hold one key to 1 MB written a second unless the switch says otherwise', async () => {
    const value = 'x'.repeat(230_000);
    const held = await open();
    for (let at = 0; at < 4; at++) await held.sdk.kvs.set('hot', value);
    expect((await refusalOf(held.sdk.kvs.set('hot', value))).code).toBe('REQUEST_THROTTLED');
    await held.sdk.kvs.set('cold', value);
    held.clock.advance(1_000);
    await held.sdk.kvs.set('hot', value);
    held.store.close();
    const free = await open({ switches: { perKeyThroughput: false } });
    for (let at = 0; at < 8; at++) await free.sdk.kvs.set('hot', value);
  });
});

describe('a window', () => {
  it('never lets more than the limit into a sliding minute, wherever it begins', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }), (gaps) => {
        const window = new RateWindow(60_000, 'sliding');
        const taken: number[] = [];
        let now = 1_000_000;
        for (const gap of gaps) {
          now += gap;
          if (window.used(now) + 1 > 10) continue;
          window.add(1, now);
          taken.push(now);
          // One step of the window is a second, so a minute is known to 59 seconds.
          expect(taken.filter((at) => at > now - 59_000).length).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  it('that slides forgets a step when it is sixty steps old', () => {
    const window = new RateWindow(60_000, 'sliding');
    window.add(7, 0);
    window.add(1, 1_000);
    expect(window.used(59_999)).toBe(8);
    expect(window.msUntilFree(59_999)).toBe(1);
    expect(window.used(60_000)).toBe(1);
  });

  it('begins at zero with each fixed minute of the clock', () => {
    const window = new RateWindow(60_000, 'fixed');
    window.add(7, 119_999);
    expect(window.used(119_999)).toBe(7);
    expect(window.msUntilFree(119_999)).toBe(1);
    expect(window.used(120_000)).toBe(0);
  });
});
