import { afterEach, describe, expect, it } from '@jest/globals';
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

const HOUR = 3_600_000;
const ttl = { value: 1, unit: 'HOURS' } as const;

describe('an item with a time to live', () => {
  it('is gone for gets, queries, batches and conditions when the time is over', async () => {
    const { sdk, clock } = await open();
    await sdk.kvs.set('k', 1, { keyPolicy: 'OVERRIDE', ttl });
    await sdk.kvs.entity('employee').set('e', { n: 1 }, { keyPolicy: 'OVERRIDE', ttl });
    clock.advance(HOUR - 1);
    expect(await sdk.kvs.get('k')).toBe(1);
    clock.advance(1);
    expect(await sdk.kvs.get('k')).toBeUndefined();
    expect((await sdk.kvs.query().getMany()).results).toEqual([]);
    expect((await sdk.kvs.batchGet([{ key: 'k' }])).successfulKeys).toEqual([]);
    const conditions = new sdk.Filter<{ n: number }>().and('n', sdk.FilterConditions.equalTo(1));
    const check = sdk.kvs.transact().check('e', { entityName: 'employee', conditions });
    expect((await refusalOf(check.execute())).code).toBe('CONDITIONAL_CHECK_FAILED');
    await sdk.kvs.set('k', 2, { keyPolicy: 'FAIL_IF_EXISTS' });
    expect(await sdk.kvs.get('k')).toBe(2);
  });

  it('leaves the indexes when it is replaced after its time', async () => {
    const { sdk, clock } = await open();
    const employees = sdk.kvs.entity('employee');
    await employees.set('e', { n: 1, team: 'red' }, { keyPolicy: 'OVERRIDE', ttl });
    clock.advance(HOUR);
    await employees.set('e', { n: 2, team: 'blue' });
    const team = (name: string) =>
      employees
        .query()
        .index('by-team', { partition: [name] })
        .getMany();
    expect((await team('red')).results).toEqual([]);
    expect((await team('blue')).results).toHaveLength(1);
  });

  it('tells its expiry on request and loses it when set again without one', async () => {
    const { sdk, clock } = await open();
    const expireTime = new Date(clock.now() + HOUR).toISOString();
    const options = { metadataFields: [sdk.MetadataField.EXPIRE_TIME] };
    await sdk.kvs.set('k', 1, { keyPolicy: 'OVERRIDE', ttl });
    expect(await sdk.kvs.get('k', options)).toMatchObject({ value: 1, expireTime });
    await sdk.kvs.set('k', 2);
    expect(await sdk.kvs.get('k', options)).toMatchObject({ value: 2, expireTime: undefined });
    clock.advance(HOUR);
    expect(await sdk.kvs.get('k')).toBe(2);
  });

  it('may stay readable for up to 48 hours where the switch says so, and no longer', async () => {
    const { sdk, clock } = await open({ switches: { expiredVisibleMs: 48 * HOUR } });
    for (let at = 0; at < 40; at++) await sdk.kvs.set(`k${at}`, 1, { keyPolicy: 'OVERRIDE', ttl });
    const count = async (): Promise<number> =>
      (await sdk.kvs.query().limit(100).getMany()).results.length;
    clock.advance(HOUR);
    expect(await count()).toBe(40);
    clock.advance(24 * HOUR);
    const half = await count();
    expect(half).toBeGreaterThan(5);
    expect(half).toBeLessThan(35);
    clock.advance(24 * HOUR);
    expect(await count()).toBe(0);
  });

  it.each([
    [{ value: 0, unit: 'DAYS' }, 'TTL value must be a positive integer, received: 0'],
    [{ value: -1, unit: 'DAYS' }, 'TTL value must be a positive integer, received: -1'],
    [{ value: 1.5, unit: 'DAYS' }, 'TTL value must be a positive integer, received: 1.5'],
    [{ value: 1, unit: 'WEEKS' }, 'TTL unit must be SECONDS, MINUTES, HOURS or DAYS'],
    [{ value: 366, unit: 'DAYS' }, 'TTL must be at most one year'],
  ])('is refused with %j', async (wrong, message) => {
    const { call } = await open();
    expect(await call('/set', { key: 'k', value: 1, options: { ttl: wrong } })).toEqual({
      status: 400,
      body: { code: 'INVALID_TTL', message },
    });
  });
});
