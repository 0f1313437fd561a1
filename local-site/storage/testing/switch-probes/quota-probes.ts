import { bodyOf, outcomeOf } from './probe.ts';
import type { SwitchProbes } from './probe.ts';

const SMALL = { key: 'k', value: 1 };
const TRANSACTION = { set: [SMALL] };

/** What is charged, and how a 429 looks. */
export const QUOTA_PROBES: SwitchProbes<
  | 'unitBytes'
  | 'sizeBasis'
  | 'queryUnits'
  | 'minuteWindow'
  | 'transactionUnits'
  | 'batchOverBudget'
  | 'throttleCode'
  | 'retryAfterHeader'
  | 'batchesPerMinute'
  | 'perKeyThroughput'
  | 'restRequestsPerSecond'
  | 'billingCountsKeys'
> = {
  unitBytes: {
    look: async ({ call, store, installationId }) => {
      await call('/set', bodyOf(10_240));
      return store.usage(installationId).writeUnits;
    },
    sees: [2, 1],
  },
  sizeBasis: {
    look: async ({ call, store, installationId }) => {
      await call('/set', bodyOf(10_010));
      return store.usage(installationId).writeUnits;
    },
    sees: [2, 1],
  },
  queryUnits: {
    look: async ({ call, store, installationId }) => {
      await call('/set', bodyOf(25_000));
      await call('/query', {});
      return store.usage(installationId).readUnits;
    },
    sees: [3, 1],
  },
  minuteWindow: {
    limits: { unitsPerMinute: 1 },
    look: async ({ call, clock }) => {
      clock.advance(59_000);
      await call('/set', SMALL);
      clock.advance(2_000);
      return outcomeOf(await call('/set', SMALL));
    },
    sees: [204, 'RATE_LIMIT_EXCEEDED'],
  },
  transactionUnits: {
    look: async ({ call, store, installationId }) => {
      await call('/transaction', { set: [bodyOf(100_000)] });
      return store.usage(installationId).writeUnits;
    },
    sees: [11, 1],
  },
  batchOverBudget: {
    limits: { unitsPerMinute: 1 },
    look: async ({ call }) => {
      const items = ['a', 'b'].map((key) => ({ ...bodyOf(9_000), key }));
      const answer = await call('/batch/set', items);
      if (answer.status !== 200) return outcomeOf(answer);
      const { successfulKeys, failedKeys } = answer.body as Record<string, unknown[]>;
      return [successfulKeys?.length, failedKeys?.length];
    },
    sees: ['RATE_LIMIT_EXCEEDED', [1, 1]],
  },
  throttleCode: {
    limits: { unitsPerMinute: 0 },
    look: async ({ call }) => [
      outcomeOf(await call('/set', SMALL)),
      outcomeOf(await call('/transaction', TRANSACTION)),
    ],
    sees: [
      ['RATE_LIMIT_EXCEEDED', 'TOO_MANY_REQUESTS'],
      ['TOO_MANY_REQUESTS', 'REQUEST_THROTTLED'],
      ['REQUEST_THROTTLED', 'RATE_LIMIT_EXCEEDED'],
    ],
  },
  retryAfterHeader: {
    limits: { unitsPerMinute: 0 },
    look: async ({ call }) => (await call('/set', SMALL)).headers?.['retry-after'],
    sees: [undefined, '60'],
  },
  batchesPerMinute: {
    look: async ({ call }) => {
      for (let at = 0; at < 45; at++) await call('/batch/get', [{ key: 'k' }]);
      return outcomeOf(await call('/batch/get', [{ key: 'k' }]));
    },
    sees: [200, 'RATE_LIMIT_EXCEEDED'],
  },
  perKeyThroughput: {
    look: async ({ call }) => {
      for (let at = 0; at < 4; at++) await call('/set', bodyOf(240_000));
      return outcomeOf(await call('/set', bodyOf(240_000)));
    },
    sees: ['REQUEST_THROTTLED', 204],
  },
  restRequestsPerSecond: {
    look: async ({ store, installationId }) => {
      store.open('another of the app');
      const call = async (door: 'rest' | 'function', installation = installationId) =>
        outcomeOf(await store.handle(installation, '/query', '{}', door));
      await call('rest');
      await call('rest', 'another of the app');
      return [await call('rest'), await call('function')];
    },
    sees: [
      [200, 200],
      ['RATE_LIMIT_EXCEEDED', 200],
    ],
  },
  billingCountsKeys: {
    look: async ({ call, store, installationId }) => {
      await call('/set', { key: 'ten.bytes.', value: 'four' });
      await call('/query', {});
      const { billedReadBytes, billedWriteBytes } = store.usage(installationId);
      return [billedReadBytes, billedWriteBytes];
    },
    sees: [
      [16, 16],
      [6, 6],
    ],
  },
};
