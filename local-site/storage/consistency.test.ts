import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPLOYEE } from './testing/entities.ts';
import { storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';

let current: StoreUnderTest | undefined;
async function open(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  current = await storeUnderTest({ entities: [EMPLOYEE], limits: { quotas: false }, ...options });
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

const LAG = { min: 2_000, max: 5_000 };

describe('a query', () => {
  it('does not see a new item, an update or a delete at once, while get does', async () => {
    const { sdk, clock } = await open({ switches: { queryLagMs: LAG } });
    const seen = async (): Promise<unknown> =>
      Object.fromEntries(
        (await sdk.kvs.query().getMany()).results.map(({ key, value }) => [key, value]),
      );
    await sdk.kvs.set('updated', 1);
    await sdk.kvs.set('deleted', 1);
    clock.advance(5_000);
    await sdk.kvs.set('updated', 2);
    await sdk.kvs.set('new', 1);
    await sdk.kvs.delete('deleted');
    expect(await sdk.kvs.get('updated')).toBe(2);
    expect(await sdk.kvs.get('deleted')).toBeUndefined();
    clock.advance(1_999);
    expect(await seen()).toEqual({ updated: 1, deleted: 1 });
    clock.advance(3_001);
    expect(await seen()).toEqual({ updated: 2, new: 1 });
  });

  it('still sees the old version after the store was opened again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forge-store-'));
    const file = join(folder, 'lag.db');
    const first = await open({ file, switches: { queryLagMs: LAG } });
    await first.sdk.kvs.set('k', 1);
    first.store.close();
    const second = await open({ file, clock: first.clock, switches: { queryLagMs: LAG } });
    expect((await second.sdk.kvs.query().getMany()).results).toEqual([]);
    second.clock.advance(5_000);
    expect((await second.sdk.kvs.query().getMany()).results).toEqual([{ key: 'k', value: 1 }]);
    await rm(folder, { recursive: true });
  });
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    n: fc.integer({ min: 0, max: 9 }),
  }),
  fc.record({ kind: fc.constant('delete' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
);

type State = ReadonlyMap<string, number>;

/** Runs the steps and after each one hands over the history of states, newest last, each with its time. */
async function play(
  test: StoreUnderTest,
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
  check: (history: readonly { at: number; state: State }[]) => Promise<void>,
): Promise<void> {
  const history: { at: number; state: State }[] = [{ at: 0, state: new Map() }];
  for (const one of steps) {
    const state = new Map(history.at(-1)?.state);
    if (one.kind === 'wait') test.clock.advance(one.ms);
    else if (one.kind === 'set') {
      const value = { n: one.n, team: 'red' };
      await test.call('/entity/set', { entityName: 'employee', key: one.key, value });
      history.push({ at: test.clock.now(), state: state.set(one.key, one.n) });
    } else {
      await test.call('/entity/delete', { entityName: 'employee', key: one.key });
      state.delete(one.key);
      history.push({ at: test.clock.now(), state });
    }
    await check(history);
  }
}

/** All pages of two items. */
async function queried(
  test: StoreUnderTest,
  indexName: string,
  partition?: unknown[],
  sort = 'ASC',
): Promise<[string, number][]> {
  const found: [string, number][] = [];
  const query = { entityName: 'employee', indexName, partition, sort, limit: 2 };
  let cursor: string | undefined;
  do {
    const answer = await test.call('/entity/query', { ...query, cursor });
    const page = answer.body as { data: { key: string; value: { n: number } }[]; cursor?: string };
    for (const { key, value } of page.data) found.push([key, value.n]);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

describe('a paged query of an index', () => {
  it('gives the earlier versions of changed items once each, in their old places', async () => {
    const test = await open({ switches: { queryLagMs: LAG } });
    const set = (key: string, n: number) =>
      test.call('/entity/set', { entityName: 'employee', key, value: { n, team: 'red' } });
    for (const [at, key] of ['a', 'b', 'c', 'd', 'e'].entries()) await set(key, at);
    test.clock.advance(LAG.max);
    for (const key of ['a', 'c', 'd']) await set(key, 9);
    const before = [
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['d', 3],
      ['e', 4],
    ];
    expect(await queried(test, 'by-team', ['red'])).toEqual(before);
    expect(await queried(test, 'by-team', ['red'], 'DESC')).toEqual(before.reverse());
    test.clock.advance(LAG.max);
    expect(await queried(test, 'by-team', ['red'])).toEqual([
      ['b', 1],
      ['e', 4],
      ['a', 9],
      ['c', 9],
      ['d', 9],
    ]);
  });
});

describe('any history of changes', () => {
  it('is seen by queries exactly as it stood one lag ago, by key and by index', async () => {
    const lag = 2_000;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const test = await storeUnderTest({
          entities: [EMPLOYEE],
          limits: { quotas: false },
          switches: { queryLagMs: { min: lag, max: lag } },
        });
        await play(test, steps, async (history) => {
          const then =
            history.filter(({ at }) => at + lag <= test.clock.now()).at(-1)?.state ?? new Map();
          const expected = [...then].sort(([one], [other]) => (one < other ? -1 : 1));
          expect(await queried(test, 'by-key')).toEqual(expected);
          const byRange = expected.sort(([one, n], [other, m]) => n - m || (one < other ? -1 : 1));
          expect(await queried(test, 'by-team', ['red'])).toEqual(byRange);
          expect(await queried(test, 'by-team', ['red'], 'DESC')).toEqual(byRange.reverse());
        });
        test.store.close();
      }),
      { numRuns: 60 },
    );
  });

  it('is never seen to run backwards under a random lag, and is caught up with after the longest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer(), async (steps, seed) => {
        const test = await storeUnderTest({
          seed,
          entities: [EMPLOYEE],
          limits: { quotas: false },
          switches: { queryLagMs: LAG },
        });
        const lastSeen = new Map<string, number>();
        let last: State = new Map();
        await play(test, steps, async (history) => {
          last = history.at(-1)?.state ?? last;
          const seen = new Map(await queried(test, 'by-key'));
          for (const key of ['a', 'b', 'c', 'd']) {
            // Among the states that one lag allows, the query has seen one that is not older than the last one seen.
            const versions = history.map(({ at, state }) => ({ at, n: state.get(key) }));
            const from = Math.max(
              lastSeen.get(key) ?? 0,
              versions.findLastIndex(({ at }) => at + LAG.max <= test.clock.now()),
            );
            const index = versions.findIndex(
              ({ n }, position) => position >= from && n === seen.get(key),
            );
            expect(index).toBeGreaterThanOrEqual(0);
            lastSeen.set(key, index);
          }
        });
        test.clock.advance(LAG.max);
        expect(new Map(await queried(test, 'by-key'))).toEqual(new Map(last));
        test.store.close();
      }),
      { numRuns: 60 },
    );
  });
});
