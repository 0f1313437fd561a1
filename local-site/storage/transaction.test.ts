import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPLOYEE } from './testing/entities.ts';
import { refusalOf, storeUnderTest } from './testing/sdk.ts';
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

const FAILED = 'CONDITIONAL_CHECK_FAILED';

/** "n equals" as the SDK builds it. */
function nIs({ sdk }: StoreUnderTest, n: number) {
  return new sdk.Filter<{ n: number }>().and('n', sdk.FilterConditions.equalTo(n));
}

describe('transactions through the real SDK', () => {
  it('set, delete and check in one go, plain keys beside entities', async () => {
    const test = await open();
    const { kvs } = test.sdk;
    await kvs.set('old', 1);
    await kvs.entity('employee').set('head', { n: 1 });
    await kvs
      .transact()
      .set('new', { fresh: true })
      .set('head', { n: 2 }, { entityName: 'employee', conditions: nIs(test, 1) })
      .delete('old')
      .delete('never there')
      .execute();
    expect(await kvs.get('new')).toEqual({ fresh: true });
    expect(await kvs.get('old')).toBeUndefined();
    expect(await kvs.entity('employee').get('head')).toEqual({ n: 2 });
    expect(test.exchanges.filter(({ path }) => path.endsWith('transaction'))).toMatchObject([
      { status: 204 },
    ]);
  });

  it('take 25 operations', async () => {
    const { sdk } = await open();
    const transaction = sdk.kvs.transact();
    for (let at = 0; at < 25; at++) transaction.set(`key-${at}`, at);
    await transaction.execute();
    expect(await sdk.kvs.get('key-24')).toBe(24);
  });

  it('write nothing at all when one condition is false', async () => {
    const test = await open();
    const { kvs } = test.sdk;
    await kvs.set('kept', 1);
    await kvs.entity('employee').set('head', { n: 1 });
    const refusal = await refusalOf(
      kvs
        .transact()
        .set('a', 1)
        .delete('kept')
        .set('head', { n: 9 }, { entityName: 'employee', conditions: nIs(test, 7) })
        .execute(),
    );
    expect(refusal).toMatchObject({ status: 400, code: FAILED });
    expect(await kvs.get('a')).toBeUndefined();
    expect(await kvs.get('kept')).toBe(1);
    expect(await kvs.entity('employee').get('head')).toEqual({ n: 1 });
  });

  it('write nothing when one value cannot be stored', async () => {
    const { sdk } = await open();
    const transaction = sdk.kvs
      .transact()
      .set('a', 1)
      .set('e', { n: 'text' }, { entityName: 'employee' });
    expect((await refusalOf(transaction.execute())).code).toBe('INCORRECT_PROPERTY_TYPE');
    expect(await sdk.kvs.get('a')).toBeUndefined();
  });

  it('let the same key stand in two spaces at once', async () => {
    const { sdk } = await open();
    await sdk.kvs.transact().set('k', 1).set('k', { n: 1 }, { entityName: 'employee' }).execute();
    expect(await sdk.kvs.get('k')).toBe(1);
  });

  it('expire a value whose TTL stands in the fourth argument, and lose one in the third as the SDK does', async () => {
    const { sdk, clock } = await open();
    const ttl = { value: 1, unit: 'HOURS' } as const;
    await sdk.kvs
      .transact()
      .set('fourth', 1, undefined, { ttl })
      .set('third', 1, { ttl } as never)
      .execute();
    clock.advance(3_600_001);
    expect(await sdk.kvs.get('fourth')).toBeUndefined();
    expect(await sdk.kvs.get('third')).toBe(1);
  });

  it('are refused when empty, when a check has no conditions, and when a plain key is checked', async () => {
    const { call } = await open();
    const conditions = { and: [{ property: 'n', condition: 'EQUAL_TO', values: [1] }] };
    for (const body of [
      {},
      { check: [{ key: 'k', entityName: 'employee' }] },
      { check: [{ key: 'k', conditions }] },
      { delete: [{ key: 'k', conditions }] },
    ]) {
      expect(await call('/transaction', body)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_TRANSACTION_REQUEST' },
      });
    }
  });
});

describe('conditions on a missing key', () => {
  async function outcomes(options: StoreUnderTestOptions): Promise<Record<string, boolean>> {
    const test = await open(options);
    const { kvs, Filter, FilterConditions } = test.sdk;
    const entityName = 'employee';
    const absent = new Filter<{ n: number }>().and('n', FilterConditions.notExists());
    const passes = (work: Promise<void>): Promise<boolean> =>
      work.then(
        () => true,
        () => false,
      );
    return {
      check: await passes(
        kvs
          .transact()
          .check('m1', { entityName, conditions: nIs(test, 1) })
          .execute(),
      ),
      set: await passes(
        kvs
          .transact()
          .set('m2', { n: 1 }, { entityName, conditions: nIs(test, 1) })
          .execute(),
      ),
      delete: await passes(
        kvs
          .transact()
          .delete('m3', { entityName, conditions: nIs(test, 1) })
          .execute(),
      ),
      checkAbsent: await passes(
        kvs.transact().check('m4', { entityName, conditions: absent }).execute(),
      ),
      setAbsent: await passes(
        kvs.transact().set('m5', { n: 1 }, { entityName, conditions: absent }).execute(),
      ),
    };
  }

  it('all fail by default', async () => {
    expect(await outcomes({})).toEqual({
      check: false,
      set: false,
      delete: false,
      checkAbsent: false,
      setAbsent: false,
    });
  });

  it('pass for set and delete where that switch says so', async () => {
    expect(await outcomes({ switches: { conditionalSetOnMissingKey: 'pass' } })).toEqual({
      check: false,
      set: true,
      delete: true,
      checkAbsent: false,
      setAbsent: true,
    });
  });

  it('pass for NOT_EXISTS where that switch says so', async () => {
    expect(await outcomes({ switches: { notExistsOnMissingKey: 'pass' } })).toEqual({
      check: false,
      set: false,
      delete: false,
      checkAbsent: true,
      setAbsent: true,
    });
  });
});

describe('transactions that overlap', () => {
  it('conflict when they share an item: the first to commit wins', async () => {
    const { sdk } = await open();
    const outcomes = await Promise.allSettled([
      sdk.kvs.transact().set('shared', 'first').set('a', 1).execute(),
      sdk.kvs.transact().set('shared', 'second').set('b', 1).execute(),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject({ code: FAILED });
    expect(await sdk.kvs.get('shared')).toBe('first');
    expect(await sdk.kvs.get('b')).toBeUndefined();
  });

  it('do not conflict on different items', async () => {
    const { sdk } = await open();
    await Promise.all([
      sdk.kvs.transact().set('a', 1).execute(),
      sdk.kvs.transact().set('b', 1).execute(),
    ]);
    expect([await sdk.kvs.get('a'), await sdk.kvs.get('b')]).toEqual([1, 1]);
  });

  it('lose to a single write that comes in between while calls take time', async () => {
    const { call, clock } = await open({ switches: { latencyMs: { min: 100, max: 100 } } });
    const slow = call('/transaction', { set: [{ key: 'k', value: 'transaction' }] });
    clock.advance(50);
    const write = call('/set', { key: 'k', value: 'single' });
    await clock.advanceAsync(50);
    expect((await slow).status).toBe(204);
    const slower = call('/transaction', { set: [{ key: 'k', value: 'late' }] });
    await clock.advanceAsync(60);
    expect((await write).status).toBe(204);
    await clock.advanceAsync(60);
    expect(await slower).toMatchObject({ status: 400, body: { code: FAILED } });
  });

  it('lose now and then for no visible reason, the same way for the same seed', async () => {
    const losses = async (seed: number): Promise<number[]> => {
      const test = await storeUnderTest({ seed, switches: { spuriousConflict: 0.2 } });
      const lost: number[] = [];
      for (let at = 0; at < 60; at++) {
        await test.sdk.kvs
          .transact()
          .set('k', at)
          .execute()
          .catch(() => lost.push(at));
      }
      test.store.close();
      return lost;
    };
    const first = await losses(3);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(60);
    expect(await losses(3)).toEqual(first);
  });
});

describe('a counter raised by compare-and-set', () => {
  it('counts every success exactly once, whatever the interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 6 }), async (seed, writers) => {
        const test = await storeUnderTest({
          seed,
          entities: [EMPLOYEE],
          switches: { spuriousConflict: 0.1 },
        });
        const { kvs } = test.sdk;
        const counter = kvs.entity<{ n: number }>('employee');
        await counter.set('head', { n: 0 });
        let successes = 0;
        const raise = async (writer: number): Promise<void> => {
          for (let round = 0; round < 5; round++) {
            const head = await counter.get('head');
            const n = head?.n ?? -1;
            await kvs
              .transact()
              .set('head', { n: n + 1 }, { entityName: 'employee', conditions: nIs(test, n) })
              .set(`log-${n + 1}`, writer)
              .execute()
              .then(() => successes++)
              .catch((error: unknown) => expect(error).toMatchObject({ code: FAILED }));
          }
        };
        await Promise.all(Array.from({ length: writers }, (_, writer) => raise(writer)));
        expect(await counter.get('head')).toEqual({ n: successes });
        const logs = [...test.store.inspect(test.installationId)].filter(({ key }) =>
          key.startsWith('log-'),
        );
        expect(logs).toHaveLength(successes);
        test.store.close();
      }),
      { numRuns: 30 },
    );
  });
});
