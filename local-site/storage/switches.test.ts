import { afterEach, describe, expect, it } from '@jest/globals';
import { createFakeClock, seededRandom } from '../support/index.ts';
import { DEFAULT_SWITCHES, createForgeStore } from './index.ts';
import { EMPLOYEE } from './testing/entities.ts';
import { refusalOf, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';

/* Switches whose both readings are not yet run beside the thing they belong to. */

let current: StoreUnderTest | undefined;
async function open(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  current = await storeUnderTest({ entities: [EMPLOYEE], ...options });
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

describe('switches', () => {
  it('stand at the harder reading unless told otherwise', () => {
    const store = createForgeStore({
      file: ':memory:',
      clock: createFakeClock(),
      random: seededRandom(1),
      switches: { maxDepth: 32 },
    });
    expect(store.switches).toEqual({ ...DEFAULT_SWITCHES, maxDepth: 32 });
    store.close();
  });

  it('keyNotFoundStatus: the SDK gives undefined for 404 and for 400', async () => {
    for (const keyNotFoundStatus of [404, 400] as const) {
      const test = await open({ switches: { keyNotFoundStatus } });
      expect(await test.sdk.kvs.get('missing')).toBeUndefined();
      expect(test.exchanges.at(-1)?.status).toBe(keyNotFoundStatus);
      test.store.close();
      current = undefined;
    }
  });

  it('entityFailIfExists: refused where entities do not support it', async () => {
    const { sdk } = await open({ switches: { entityFailIfExists: false } });
    const set = sdk.kvs.entity('employee').set('e', { n: 1 }, { keyPolicy: 'FAIL_IF_EXISTS' });
    expect(await refusalOf(set)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    await sdk.kvs.set('plain', 1, { keyPolicy: 'FAIL_IF_EXISTS' });
  });

  it('minuteWindow: a fixed minute forgets at its end, a sliding one step by step', async () => {
    const free = async (minuteWindow: 'fixed' | 'sliding'): Promise<boolean> => {
      const { sdk, clock, store } = await open({
        limits: { unitsPerMinute: 1 },
        switches: { minuteWindow },
      });
      clock.advance(50_000);
      await sdk.kvs.set('a', 1);
      clock.advance(10_000);
      const passed = await sdk.kvs.set('b', 1).then(
        () => true,
        () => false,
      );
      clock.advance(60_000);
      await sdk.kvs.set('c', 1);
      store.close();
      current = undefined;
      return passed;
    };
    expect(await free('fixed')).toBe(true);
    expect(await free('sliding')).toBe(false);
  });

  it('latencyMs: a call is answered only when its time has passed', async () => {
    const { call, clock } = await open({ switches: { latencyMs: { min: 25, max: 280 } } });
    let answered = false;
    const pending = call('/set', { key: 'k', value: 1 }).then(() => (answered = true));
    await clock.advanceAsync(24);
    expect(answered).toBe(false);
    await clock.advanceAsync(256);
    await pending;
    expect(answered).toBe(true);
  });

  it('queryLagMs at zero: a query sees everything at once', async () => {
    const { sdk } = await open({ switches: { queryLagMs: { min: 0, max: 0 } } });
    await sdk.kvs.set('k', 1);
    expect((await sdk.kvs.query().getMany()).results).toEqual([{ key: 'k', value: 1 }]);
  });
});
