import { afterEach, describe, expect, it } from '@jest/globals';
import type { EntitySchema } from '../types.ts';
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

interface Employee {
  n: number;
  name: string;
}

const items = (count: number, value: unknown = 1): { key: string; value: unknown }[] =>
  Array.from({ length: count }, (_, at) => ({ key: `key-${at}`, value }));

describe('a batch through the real SDK', () => {
  it('takes 25 keys and refuses 26 with the measured sentence, whatever it does', async () => {
    const { kvs } = (await open()).sdk;
    expect((await kvs.batchSet(items(25))).successfulKeys).toHaveLength(25);
    expect((await kvs.batchGet(items(25))).successfulKeys).toHaveLength(25);
    expect((await kvs.batchDelete(items(25))).successfulKeys).toHaveLength(25);
    for (const [verb, call] of [
      ['set', kvs.batchSet(items(26))],
      ['get', kvs.batchGet(items(26))],
      ['delete', kvs.batchDelete(items(26))],
    ] as const) {
      expect(await refusalOf(call)).toEqual({
        status: 400,
        code: 'TOO_MANY_BATCH_ENTITIES',
        message: `Number of entities to ${verb} was 26, but you can only ${verb} a maximum of 25 entities at a time.`,
      });
    }
  });

  it('takes 4 MB of payload and refuses one byte more', async () => {
    const { call } = await open({ switches: { perKeyThroughput: false } });
    const batchOf = (bytes: number) => {
      const others = items(24, 'x'.repeat(160_000));
      const rest = bytes - JSON.stringify([...others, { key: 'last', value: '' }]).length;
      return [...others, { key: 'last', value: 'x'.repeat(rest) }];
    };
    expect((await call('/batch/set', batchOf(4_000_000))).status).toBe(200);
    expect(await call('/batch/set', batchOf(4_000_001))).toMatchObject({
      status: 413,
      body: { code: 'PAYLOAD_TOO_LARGE' },
    });
  });

  it('fails as a whole when a key stands in it twice, but not in two spaces', async () => {
    const { kvs } = (await open()).sdk;
    const twice = [
      { key: 'k', value: 1 },
      { key: 'k', value: 2 },
    ];
    for (const call of [kvs.batchSet(twice), kvs.batchGet(twice), kvs.batchDelete(twice)]) {
      expect((await refusalOf(call)).code).toBe('KEY_DUPLICATION_ERROR');
    }
    const apart = [
      { key: 'k', value: 1 },
      { key: 'k', value: { n: 1 }, entityName: 'employee' },
    ];
    expect((await kvs.batchSet<unknown>(apart)).failedKeys).toEqual([]);
  });

  it('knows no key policy: what stands there is overwritten', async () => {
    const { kvs } = (await open()).sdk;
    await kvs.set('k', 1);
    const options = { keyPolicy: 'FAIL_IF_EXISTS' } as never;
    await kvs.batchSet([{ key: 'k', value: 2, options }]);
    expect(await kvs.get('k')).toBe(2);
  });
});

describe('a transaction through the real SDK', () => {
  const filled = async (
    { sdk }: StoreUnderTest,
    sets: number,
    deletes: number,
    checks: number,
  ): Promise<void> => {
    const conditions = new sdk.Filter<{ n: number }>().and('n', sdk.FilterConditions.equalTo(1));
    const transaction = sdk.kvs.transact();
    for (let at = 0; at < sets; at++) transaction.set(`s${at}`, at);
    for (let at = 0; at < deletes; at++) transaction.delete(`d${at}`);
    for (let at = 0; at < checks; at++) {
      transaction.check(`c${at}`, { entityName: 'employee', conditions });
    }
    await transaction.execute();
  };

  it('takes 25 sets, deletes and checks together, and not one more of any of them', async () => {
    const test = await open();
    for (let at = 0; at < 8; at++) await test.sdk.kvs.entity('employee').set(`c${at}`, { n: 1 });
    await filled(test, 9, 8, 8);
    for (const [sets, deletes, checks] of [
      [10, 8, 8],
      [9, 9, 8],
      [9, 8, 9],
    ] as const) {
      expect(await refusalOf(filled(test, sets, deletes, checks))).toMatchObject({
        status: 422,
        code: 'UNPROCESSABLE_ENTITY',
      });
    }
  });

  it('takes 4 MB of payload and refuses more', async () => {
    const { call } = await open({ switches: { perKeyThroughput: false } });
    const set = items(20, 'x'.repeat(195_000));
    expect((await call('/transaction', { set })).status).toBe(204);
    const more = items(20, 'x'.repeat(200_000));
    expect((await call('/transaction', { set: more })).status).toBe(413);
  });

  it('leaves empty lists away and is refused when it has nothing to do', async () => {
    const test = await open();
    await test.sdk.kvs.transact().set('k', 1).execute();
    expect(JSON.parse(test.exchanges.at(-1)?.body ?? '')).toEqual({
      set: [{ key: 'k', value: 1 }],
    });
    expect((await refusalOf(test.sdk.kvs.transact().execute())).code).toBe(
      'INVALID_TRANSACTION_REQUEST',
    );
  });

  it('is refused by the SDK itself when a condition is empty', async () => {
    const { sdk, exchanges } = await open();
    const conditions = new sdk.Filter<{ n: number }>();
    const work = async () =>
      sdk.kvs.transact().check('k', { entityName: 'employee', conditions }).execute();
    await expect(work()).rejects.toThrow('Builder must have at least one condition set');
    expect(exchanges).toEqual([]);
  });
});

describe('a query through the real SDK', () => {
  it('takes pages of 1 to 100 and nothing else, ten without a limit', async () => {
    const { sdk } = await open();
    for (let at = 0; at < 5; at++) {
      await sdk.kvs.batchSet(items(25).map(({ key }) => ({ key: `${at}${key}`, value: 1 })));
      const employees = items(25).map(({ key }) => ({
        ...{ key: `${at}${key}`, value: { n: 1 }, entityName: 'employee' },
      }));
      await sdk.kvs.batchSet(employees);
    }
    const plain = () => sdk.kvs.query();
    const entity = () => sdk.kvs.entity('employee').query().index('by-key');
    expect((await plain().getMany()).results).toHaveLength(10);
    expect((await entity().getMany()).results).toHaveLength(10);
    for (const limit of [1, 100]) {
      expect((await plain().limit(limit).getMany()).results).toHaveLength(limit);
      expect((await entity().limit(limit).getMany()).results).toHaveLength(limit);
    }
    for (const limit of [0, -1, 101, 1.5]) {
      expect((await refusalOf(plain().limit(limit).getMany())).code).toBe(
        'LIST_QUERY_LIMIT_EXCEEDED',
      );
      expect((await refusalOf(entity().limit(limit).getMany())).code).toBe(
        'COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE',
      );
    }
  });

  it('takes 100 conditions, the range counted in, and not one more', async () => {
    const { sdk } = await open();
    const run = (filters: number, ranged: boolean) => {
      let filter = new sdk.Filter<Employee>().or('n', sdk.FilterConditions.equalTo(0));
      for (let n = 1; n < filters; n++) filter = filter.or('n', sdk.FilterConditions.equalTo(n));
      const query = sdk.kvs.entity<Employee>('employee').query().index('name').filters(filter);
      return (ranged ? query.where(sdk.WhereConditions.beginsWith('A')) : query).getMany();
    };
    await run(100, false);
    await run(99, true);
    for (const refused of [run(101, false), run(100, true)]) {
      expect((await refusalOf(refused)).code).toBe('INVALID_FILTER_CONDITION');
    }
  });

  it('sends its cursor as "after" for plain keys and as "cursor" for entities', async () => {
    const { sdk, exchanges } = await open();
    await sdk.kvs.batchSet(items(2));
    const { nextCursor } = await sdk.kvs.query().limit(1).getMany();
    const second = await sdk.kvs.query().limit(1).cursor(nextCursor!).getMany();
    expect(second.results).toHaveLength(1);
    expect(JSON.parse(exchanges.at(-1)?.body ?? '')).toEqual({ limit: 1, after: nextCursor });
    const employees = items(2).map(({ key }) => ({ key, value: { n: 1 }, entityName: 'employee' }));
    await sdk.kvs.batchSet(employees);
    const query = () => sdk.kvs.entity('employee').query().index('by-key').limit(1);
    const first = await query().getMany();
    expect((await query().cursor(first.nextCursor!).getMany()).results).toHaveLength(1);
    expect(JSON.parse(exchanges.at(-1)?.body ?? '')).toMatchObject({ cursor: first.nextCursor });
  });
});

describe('an app with everything the manifest allows', () => {
  it('declares 20 entities of 50 attributes and 7 indexes with the longest names, and uses them', async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [`a${at}`.padEnd(30, '_'), 'string' as const]),
    );
    const entities = Array.from({ length: 20 }, (_, at): EntitySchema => ({
      name: `e${at}`.padEnd(60, 'e'),
      attributes,
      indexes: Array.from({ length: 7 }, (_, index) => ({
        name: `i${index}`.padEnd(50, 'i'),
        partition: Object.keys(attributes).slice(0, 3),
        range: Object.keys(attributes).slice(3, 4),
      })),
    }));
    const { sdk } = await open({ entities });
    const [first] = entities;
    const value = Object.fromEntries(Object.keys(attributes).map((name) => [name, 'x']));
    await sdk.kvs.entity(first?.name ?? '').set('k', value);
    const query = sdk.kvs
      .entity(first?.name ?? '')
      .query()
      .index('i6'.padEnd(50, 'i'), { partition: ['x', 'x', 'x'] });
    expect((await query.getMany()).results).toHaveLength(1);
  });
});

describe('a time to live', () => {
  it('is at most one year', async () => {
    const { kvs } = (await open()).sdk;
    const set = (value: number) =>
      kvs.set('k', 1, { keyPolicy: 'OVERRIDE', ttl: { value, unit: 'DAYS' } });
    await set(365);
    expect((await refusalOf(set(366))).code).toBe('INVALID_TTL');
  });
});
