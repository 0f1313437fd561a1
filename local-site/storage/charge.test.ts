import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../types.ts';
import { EMPLOYEE } from './testing/entities.ts';
import { storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest } from './testing/sdk.ts';

/** Sizes around the borders of units. */
const size = fc.oneof(
  fc.integer({ min: 0, max: 60 }),
  fc.integer({ min: 9_900, max: 10_300 }),
  fc.integer({ min: 19_900, max: 20_600 }),
  fc.integer({ min: 0, max: 60_000 }),
);
const text = fc
  .record({ of: fc.constantFrom('x', 'ü', '🙂', '"'), size })
  .map(({ of, size }) => of.repeat(Math.floor(size / Buffer.byteLength(of))));
const key = fc.constantFrom('a', 'b', 'c', 'd', 'k'.repeat(480));
const item = fc.record({ key, value: text });
const group = fc.uniqueArray(item, { minLength: 1, maxLength: 5, selector: ({ key }) => key });
const step = fc.oneof(
  item.map((body) => ({ operation: '/set', body })),
  fc.record({ key }).map((body) => ({ operation: '/delete', body })),
  fc.record({ key }).map((body) => ({ operation: '/get', body })),
  group.map((body) => ({ operation: '/batch/set', body })),
  group.map((body) => ({ operation: '/batch/get', body: body.map(({ key }) => ({ key })) })),
  group.map((body) => ({ operation: '/batch/delete', body: body.map(({ key }) => ({ key })) })),
  group.map((set) => ({ operation: '/transaction', body: { set } })),
  fc
    .record({ limit: fc.integer({ min: 1, max: 5 }) })
    .map((body) => ({ operation: '/query', body })),
);

const READS = new Set(['/get', '/query', '/batch/get']);
const bytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
const unitsIn = (weight: number, unit: number): number => Math.max(1, Math.ceil(weight / unit));

interface Pair {
  readonly key: string;
  readonly value?: unknown;
}

/** Keys and values in a body of any operation, request or answer. */
function pairsIn(body: unknown): readonly Pair[] {
  if (Array.isArray(body)) return body as Pair[];
  const { set, data, successfulKeys } = body as Record<string, Pair[] | undefined>;
  return set ?? data ?? successfulKeys ?? [body as Pair];
}

function weightOf(body: unknown, sizeBasis: 'body' | 'items'): number {
  if (sizeBasis === 'body') return bytes(body);
  return pairsIn(body)
    .map(({ key, value }) => Buffer.byteLength(key) + (value === undefined ? 0 : bytes(value)))
    .reduce((sum, one) => sum + one, 0);
}

describe('the units of random requests', () => {
  it('are those of a second computation, reads by their answer and writes by their body', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(10_000 as const, 10_240 as const),
        fc.constantFrom('body' as const, 'items' as const),
        async (steps, unitBytes, sizeBasis) => {
          const test = await storeUnderTest({
            entities: [EMPLOYEE],
            limits: { quotas: false },
            switches: { unitBytes, sizeBasis },
          });
          const expected = { readUnits: 0, writeUnits: 0, requests: 0, throttled: 0 };
          for (const { operation, body } of steps) {
            const answer = await test.call(operation, body);
            expected.requests += 1;
            const read = READS.has(operation);
            const missing = operation === '/get' && answer.status === 404;
            const weight = missing ? 0 : weightOf(read ? answer.body : body, sizeBasis);
            expected[read ? 'readUnits' : 'writeUnits'] += unitsIn(weight, unitBytes);
          }
          const usage = test.store.usage(test.installationId);
          test.store.close();
          expect(usage).toMatchObject(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never pass the limit of a minute, reads and writes apart, and what is refused changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 30 }),
        fc.integer({ min: 3, max: 12 }),
        fc.constantFrom('fixed' as const, 'sliding' as const),
        async (steps, unitsPerMinute, minuteWindow) => {
          const test = await storeUnderTest({
            limits: { unitsPerMinute },
            switches: { minuteWindow, perKeyThroughput: false },
          });
          for (const { operation, body } of steps) {
            const before = stateOf(test);
            const answer: Answer = await test.call(operation, body);
            const after = stateOf(test);
            if (answer.status !== 429) continue;
            expect(after.items).toEqual(before.items);
            expect([after.read, after.write]).toEqual([before.read, before.write]);
          }
          const { readUnits, writeUnits } = test.store.usage(test.installationId);
          expect(readUnits).toBeLessThanOrEqual(unitsPerMinute);
          expect(writeUnits).toBeLessThanOrEqual(unitsPerMinute);
          test.store.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

function stateOf({ store, installationId }: StoreUnderTest) {
  const { readUnits: read, writeUnits: write } = store.usage(installationId);
  return { items: [...store.inspect(installationId)], read, write };
}
