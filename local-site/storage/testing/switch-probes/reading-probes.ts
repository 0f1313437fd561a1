import { bodyOf, outcomeOf } from './probe.ts';
import type { SwitchProbes } from './probe.ts';
import type { StoreUnderTest } from '../sdk.ts';

const HOUR = 3_600_000;

interface Page {
  readonly data: readonly { readonly key: string }[];
  readonly cursor?: string;
}

async function pageOf({ call }: StoreUnderTest, operation: string, body: object): Promise<Page> {
  return (await call(operation, body)).body as Page;
}

async function fill({ call }: StoreUnderTest, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await call('/entity/set', { entityName: 'employee', key: `e${n}`, value: { n } });
    await call('/set', { key: `k${n}`, value: n });
  }
}

/** What reads give, and when. */
export const READING_PROBES: SwitchProbes<
  | 'queryLagMs'
  | 'batchGetConsistency'
  | 'cursorLifeMs'
  | 'emptyLastPageWithCursor'
  | 'emptyPageMidScan'
  | 'expiredVisibleMs'
  | 'byKeyRangeQuery'
  | 'keyNotFoundStatus'
  | 'latencyMs'
  | 'firstCallMs'
> = {
  queryLagMs: {
    look: async (test) => {
      const seen = async () => (await pageOf(test, '/query', {})).data.length;
      await test.call('/set', { key: 'k', value: 1 });
      const atOnce = await seen();
      test.clock.advance(1_999);
      const soon = await seen();
      test.clock.advance(3_001);
      return [atOnce, soon, await seen()];
    },
    sees: [
      [0, 0, 1],
      [1, 1, 1],
    ],
  },
  batchGetConsistency: {
    beside: { queryLagMs: { min: 5_000, max: 5_000 } },
    look: async ({ call, clock }) => {
      await call('/set', { key: 'k', value: 'before' });
      clock.advance(5_000);
      await call('/set', { key: 'k', value: 'after' });
      const seen = new Set<unknown>();
      for (let at = 0; at < 30; at++) {
        const { body } = await call('/batch/get', [{ key: 'k' }]);
        seen.add((body as { successfulKeys: { value: unknown }[] }).successfulKeys[0]?.value);
      }
      return [...seen].sort();
    },
    sees: [['after', 'before'], ['after']],
  },
  cursorLifeMs: {
    look: async (test) => {
      await fill(test, 2);
      const { cursor: after } = await pageOf(test, '/query', { limit: 1 });
      test.clock.advance(15 * 60_000);
      const inTime = outcomeOf(await test.call('/query', { limit: 1, after }));
      test.clock.advance(1);
      return [inTime, outcomeOf(await test.call('/query', { limit: 1, after }))];
    },
    sees: [
      [200, 'INVALID_CURSOR'],
      [200, 200],
    ],
  },
  emptyLastPageWithCursor: {
    look: async (test) => {
      await fill(test, 3);
      const { data, cursor } = await pageOf(test, '/query', { limit: 10 });
      return [data.length, cursor !== undefined];
    },
    sees: [
      [3, true],
      [3, false],
    ],
  },
  emptyPageMidScan: {
    look: async (test) => {
      await fill(test, 5);
      const filters = { and: [{ property: 'n', condition: 'GREATER_THAN', values: [3] }] };
      const query = { entityName: 'employee', indexName: 'by-key', limit: 2, filters };
      const { data, cursor } = await pageOf(test, '/entity/query', query);
      return [data.length, cursor !== undefined];
    },
    sees: [
      [0, true],
      [1, false],
    ],
  },
  expiredVisibleMs: {
    look: async (test) => {
      const options = { ttl: { value: 1, unit: 'HOURS' } };
      for (let n = 0; n < 20; n++) await test.call('/set', { key: `k${n}`, value: 1, options });
      const visible = async () => (await pageOf(test, '/query', { limit: 100 })).data.length > 0;
      test.clock.advance(2 * HOUR);
      const afterwards = await visible();
      test.clock.advance(47 * HOUR);
      return [afterwards, await visible()];
    },
    sees: [
      [true, false],
      [false, false],
    ],
  },
  byKeyRangeQuery: {
    look: async ({ call }) => {
      const range = { condition: 'GREATER_THAN', values: ['e'] };
      const query = { entityName: 'employee', indexName: 'by-key', range };
      return outcomeOf(await call('/entity/query', query));
    },
    sees: ['QUERY_WHERE_INVALID', 200],
  },
  keyNotFoundStatus: {
    look: async ({ call }) => (await call('/get', { key: 'missing' })).status,
    sees: [404, 400],
  },
  latencyMs: {
    look: async (test) => {
      let answered = false;
      const write = test.call('/set', bodyOf(100)).then(() => (answered = true));
      await test.clock.advanceAsync(24);
      const early = answered;
      await test.clock.advanceAsync(256);
      await write;
      return early;
    },
    sees: [true, false],
  },
  firstCallMs: {
    look: async (test) => {
      const answeredAtOnce = async (): Promise<boolean> => {
        let answered = false;
        const write = test.call('/set', bodyOf(100)).then(() => (answered = true));
        await test.clock.advanceAsync(401);
        const early = answered;
        await test.clock.advanceAsync(444);
        await write;
        return early;
      };
      return [await answeredAtOnce(), await answeredAtOnce()];
    },
    sees: [
      [true, true],
      [false, true],
    ],
  },
};
