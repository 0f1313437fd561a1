import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EntityIndex, EntitySchema } from '../types.ts';
import {
  ALL_CONDITIONS,
  FILTERS_OF,
  RANGES_OF,
  compare,
  holds,
} from './testing/reference-filters.ts';
import type { ReferenceCondition, Scalar } from './testing/reference-filters.ts';
import { storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest } from './testing/sdk.ts';

const TYPES = ['string', 'integer', 'float', 'boolean'] as const;
type Type = (typeof TYPES)[number];
type Value = Record<string, Scalar | undefined>;

/** One attribute and one index per type, named after it; a partition of two for each of them as well. */
const THING: EntitySchema = {
  name: 'thing',
  attributes: { string: 'string', integer: 'integer', float: 'float', boolean: 'boolean' },
  indexes: [
    ...TYPES.map((type): EntityIndex => ({ name: `by-${type}`, partition: [], range: [type] })),
    { name: 'in-two', partition: ['boolean', 'string'], range: ['float'] },
  ],
};

const SCALARS: Record<Type, fc.Arbitrary<Scalar>> = {
  string: fc.constantFrom('a', 'ab', 'abc', 'b', 'B', 'é', '\uffff', '🙂', 'a b', 'aé'),
  integer: fc.constantFrom(-(2 ** 31), -1, 0, 1, 2, 10, 2 ** 31 - 1),
  float: fc.constantFrom(-9.99e125, -1.5, -1e-130, 0, 1e-130, 0.1, 1, 2, 2.5, 1e100),
  boolean: fc.boolean(),
};

const valueOf: fc.Arbitrary<Value> = fc.record(SCALARS, { requiredKeys: [] });
const itemsOf = fc.dictionary(
  fc.constantFrom('k1', 'k2', 'k3', 'K1', 'k10', 'k 1', 'k:1', '#', '-'),
  valueOf,
  { noNullPrototype: true },
);

function conditionOn(type: Type, conditions: readonly string[]): fc.Arbitrary<ReferenceCondition> {
  return fc
    .record({
      property: fc.constant(type),
      condition: fc.constantFrom(...conditions),
      values: fc.array(SCALARS[type], { minLength: 2, maxLength: 2 }),
    })
    .map(({ property, condition, values }) => {
      const presence = condition === 'EXISTS' || condition === 'NOT_EXISTS';
      const count = condition === 'BETWEEN' ? 2 : 1;
      return { property, condition, values: presence ? [true] : values.slice(0, count) };
    });
}

const anyFilter = fc.constantFrom(...TYPES).chain((type) => conditionOn(type, FILTERS_OF[type]));
const maybeFilters = fc.option(
  fc.record({
    operator: fc.constantFrom('and' as const, 'or' as const),
    conditions: fc.array(anyFilter, { minLength: 1, maxLength: 4 }),
  }),
  { nil: undefined },
);
const paging = fc.record({
  sort: fc.constantFrom('ASC', 'DESC', undefined),
  limit: fc.integer({ min: 1, max: 4 }),
  emptyPageMidScan: fc.boolean(),
  emptyLastPageWithCursor: fc.boolean(),
});

function passes(
  filters: { operator: 'and' | 'or'; conditions: readonly ReferenceCondition[] } | undefined,
  value: Value,
): boolean {
  if (!filters) return true;
  const outcomes = filters.conditions.map((condition) => holds(condition, value));
  return filters.operator === 'and' ? !outcomes.includes(false) : outcomes.includes(true);
}

/** Follows the cursor to its end. */
async function allPages(test: StoreUnderTest, query: object): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const answer = await test.call('/entity/query', { ...query, cursor });
    expect(answer.status).toBe(200);
    const page = answer.body as { data: { key: string }[]; cursor?: string };
    keys.push(...page.data.map(({ key }) => key));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return keys;
}

async function filled(
  items: Record<string, Value>,
  switches: { emptyPageMidScan: boolean; emptyLastPageWithCursor: boolean },
): Promise<StoreUnderTest> {
  const { emptyPageMidScan, emptyLastPageWithCursor } = switches;
  const test = await storeUnderTest({
    entities: [THING],
    limits: { quotas: false },
    switches: { emptyPageMidScan, emptyLastPageWithCursor },
  });
  for (const [key, value] of Object.entries(items)) {
    await test.call('/entity/set', { entityName: 'thing', key, value });
  }
  return test;
}

describe('a query of an index', () => {
  it('gives what a plain loop over all items gives, for every type, range, filter and order', async () => {
    const ranged = fc.constantFrom(...TYPES).chain((type) =>
      fc.record({
        type: fc.constant(type),
        range: fc.option(conditionOn(type, RANGES_OF[type]), { nil: undefined }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(itemsOf, ranged, maybeFilters, paging, async (items, at, filters, page) => {
        const test = await filled(items, page);
        const { type, range } = at;
        const found = await allPages(test, {
          entityName: 'thing',
          indexName: `by-${type}`,
          range: range && { condition: range.condition, values: range.values },
          filters: filters && { [filters.operator]: filters.conditions },
          sort: page.sort,
          limit: page.limit,
        });
        test.store.close();
        const expected = Object.entries(items)
          .filter(([, value]) => value[type] !== undefined && (!range || holds(range, value)))
          .filter(([, value]) => passes(filters, value))
          .sort(
            ([key, one], [other, two]) =>
              compare(one[type] ?? '', two[type] ?? '') || compare(key, other),
          )
          .map(([key]) => key);
        if (page.sort === 'DESC') expected.reverse();
        expect(found).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('gives one partition alone, in the order of its range attribute', async () => {
    await fc.assert(
      fc.asyncProperty(
        ...[itemsOf, SCALARS.boolean, SCALARS.string, paging],
        async (items, boolean, string, page) => {
          const test = await filled(items, page);
          const query = { entityName: 'thing', indexName: 'in-two', partition: [boolean, string] };
          const found = await allPages(test, { ...query, limit: page.limit });
          test.store.close();
          const expected = Object.entries(items)
            .filter(([, value]) => value['boolean'] === boolean && value['string'] === string)
            .filter(([, value]) => value['float'] !== undefined)
            .sort(
              ([key, one], [other, two]) =>
                compare(one['float'] ?? 0, two['float'] ?? 0) || compare(key, other),
            );
          expect(found).toEqual(expected.map(([key]) => key));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('by key, with any filter, gives keys in the order of their bytes: capitals first', async () => {
    await fc.assert(
      fc.asyncProperty(itemsOf, maybeFilters, paging, async (items, filters, page) => {
        const test = await filled(items, page);
        const found = await allPages(test, {
          entityName: 'thing',
          indexName: 'by-key',
          filters: filters && { [filters.operator]: filters.conditions },
          sort: page.sort,
          limit: page.limit,
        });
        test.store.close();
        const expected = Object.entries(items)
          .filter(([, value]) => passes(filters, value))
          .map(([key]) => key)
          .sort(compare);
        if (page.sort === 'DESC') expected.reverse();
        expect(found).toEqual(expected);
      }),
      { numRuns: 80 },
    );
  });
});

describe('a condition on an attribute whose type does not take it', () => {
  const SAMPLE: Record<Type, Scalar> = { string: 'a', integer: 1, float: 1.5, boolean: true };
  const cases = TYPES.flatMap((type) =>
    ALL_CONDITIONS.map((condition) => {
      const count = condition === 'BETWEEN' ? 2 : 1;
      const values = Array<Scalar>(count).fill(condition.endsWith('EXISTS') ? true : SAMPLE[type]);
      return { type, condition, values };
    }),
  );

  it.each(cases)('is refused, else taken, as a filter: $condition on $type', async (one) => {
    const { type, condition, values } = one;
    const test = await storeUnderTest({ entities: [THING] });
    const filters = { and: [{ property: type, condition, values }] };
    const query = { entityName: 'thing', indexName: 'by-key', filters };
    const answer = await test.call('/entity/query', query);
    test.store.close();
    const refused = { status: 400, body: { code: 'INVALID_FILTER_CONDITION' } };
    expect(answer).toMatchObject(FILTERS_OF[type].includes(condition) ? { status: 200 } : refused);
  });

  it.each(cases)('is refused, else taken, as a range: $condition on $type', async (one) => {
    const { type, condition, values } = one;
    const test = await storeUnderTest({ entities: [THING] });
    const query = { entityName: 'thing', indexName: `by-${type}`, range: { condition, values } };
    const answer = await test.call('/entity/query', query);
    test.store.close();
    expect(answer.status).toBe(RANGES_OF[type].includes(condition) ? 200 : 400);
  });
});
