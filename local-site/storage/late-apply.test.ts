import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
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

const FAILED = { status: 400, body: { code: 'CONDITIONAL_CHECK_FAILED' } };

/** Raises `head` from `n`, and leaves a trace. */
function raise(n: number, trace: string): unknown {
  const conditions = { and: [{ property: 'n', condition: 'EQUAL_TO', values: [n] }] };
  return {
    set: [
      { key: 'head', value: { n: n + 1 }, entityName: 'employee', conditions },
      { key: trace, value: 1, options: { ttl: { value: 1, unit: 'HOURS' } } },
    ],
  };
}

const setHead = (test: StoreUnderTest, n: number) =>
  test.call('/entity/set', { entityName: 'employee', key: 'head', value: { n } });

describe('a request that is applied late', () => {
  it('has its conditions checked against what is there then', async () => {
    const test = await open();
    await setHead(test, 1);
    const late = raise(1, 'trace');
    await setHead(test, 2);
    test.clock.advance(60_000);
    expect(await test.call('/transaction', late)).toMatchObject(FAILED);
    expect([...test.store.inspect(test.installationId)]).toEqual([
      { entityName: 'employee', key: 'head', value: { n: 2 } },
    ]);
  });

  it('is refused when its retry was applied before', async () => {
    const test = await open();
    await setHead(test, 1);
    expect((await test.call('/transaction', raise(1, 'a'))).status).toBe(204);
    test.clock.advance(30_000);
    expect(await test.call('/transaction', raise(1, 'a'))).toMatchObject(FAILED);
  });

  it('takes its times from when it is applied', async () => {
    const test = await open({ switches: { latencyMs: { min: 1_000, max: 1_000 } } });
    const { clock } = test;
    const write = setHead(test, 1);
    await clock.advanceAsync(1_000);
    await write;
    const applied = clock.now() + 1_000;
    const transaction = test.call('/transaction', raise(1, 'trace'));
    await clock.advanceAsync(1_000);
    expect((await transaction).status).toBe(204);
    const read = test.call('/get', {
      key: 'trace',
      options: { metadataFields: ['CREATED_AT', 'EXPIRE_TIME'] },
    });
    await clock.advanceAsync(1_000);
    expect((await read).body).toMatchObject({
      createdAt: applied,
      expireTime: new Date(applied + 3_600_000).toISOString(),
    });
  });

  it('is refused when the app is uninstalled by then', async () => {
    const test = await open();
    test.store.retire(test.installationId);
    expect(await test.call('/transaction', { delete: [{ key: 'k' }] })).toMatchObject({
      status: 403,
    });
  });
});

describe('a request that is under way', () => {
  const SLOW = { switches: { latencyMs: { min: 100, max: 100 } } };

  it('writes into the data of then when the installation is restored meanwhile', async () => {
    const test = await open(SLOW);
    const { store, clock, call, installationId } = test;
    const empty = store.snapshot(installationId);
    const write = call('/set', { key: 'k', value: 1 });
    const transaction = call('/transaction', { set: [{ key: 't', value: 1 }] });
    store.restore(installationId, empty);
    await clock.advanceAsync(100);
    expect((await write).status).toBe(204);
    expect(await transaction).toMatchObject(FAILED);
    expect([...store.inspect(installationId)]).toEqual([{ key: 'k', value: 1 }]);
  });

  it('is refused when the app is uninstalled, or its data linked to another installation, meanwhile', async () => {
    const { store, clock, call, installationId } = await open(SLOW);
    const write = call('/set', { key: 'k', value: 1 });
    store.retire(installationId);
    store.relink(installationId, 'another');
    await clock.advanceAsync(100);
    expect(await write).toMatchObject({ status: 403, body: { code: 'APP_NOT_INSTALLED' } });
    expect([...store.inspect('another')]).toEqual([]);
  });
});

describe('transactions that take time', () => {
  it('conflict when they overlap and share an item, whichever came first', async () => {
    const test = await open({ switches: { latencyMs: { min: 100, max: 100 } } });
    const { clock, call } = test;
    const first = call('/transaction', { set: [{ key: 'shared', value: 'first' }] });
    await clock.advanceAsync(99);
    const second = call('/transaction', { set: [{ key: 'shared', value: 'second' }] });
    const apart = call('/transaction', { set: [{ key: 'apart', value: 1 }] });
    await clock.advanceAsync(200);
    expect([(await first).status, (await apart).status]).toEqual([204, 204]);
    expect(await second).toMatchObject(FAILED);
  });

  it('do not conflict when one begins after the other has ended', async () => {
    const test = await open({ switches: { latencyMs: { min: 100, max: 100 } } });
    for (let at = 0; at < 2; at++) {
      const write = test.call('/transaction', { set: [{ key: 'shared', value: at }] });
      await test.clock.advanceAsync(100);
      expect((await write).status).toBe(204);
    }
  });

  it('never lose an increment, whatever the times', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 5 }), async (seed, writers) => {
        const test = await storeUnderTest({
          seed,
          entities: [EMPLOYEE],
          switches: { latencyMs: { min: 10, max: 300 } },
        });
        const { clock, call } = test;
        const write = setHead(test, 0);
        await clock.advanceAsync(300);
        await write;
        let successes = 0;
        const run = async (writer: number): Promise<void> => {
          for (let round = 0; round < 4; round++) {
            const read = await call('/entity/get', { entityName: 'employee', key: 'head' });
            const { n } = (read.body as { value: { n: number } }).value;
            const { status } = await call('/transaction', raise(n, `${writer}:${round}`));
            if (status === 204) successes += 1;
          }
        };
        const all = Promise.all(Array.from({ length: writers }, (_, writer) => run(writer)));
        for (let at = 0; at < 30; at++) await clock.advanceAsync(100);
        await all;
        const [head] = [...test.store.inspect(test.installationId)].filter(
          ({ key }) => key === 'head',
        );
        expect(head?.value).toEqual({ n: successes });
        test.store.close();
      }),
      { numRuns: 25 },
    );
  });
});
