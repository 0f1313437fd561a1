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

interface Employee {
  n?: number;
  name?: string;
  team?: string;
  salary?: number;
  active?: boolean;
  extra?: unknown;
}

const PEOPLE: Record<string, Employee> = {
  e1: { n: 3, name: 'Ada', team: 'red', salary: 10.5, active: true },
  e2: { n: 1, name: 'Bob', team: 'red', salary: -2, active: true },
  e3: { n: 2, name: 'Cy', team: 'blue', salary: 7, active: false },
  e4: { n: 2, name: 'Abe', team: 'red', salary: 10.5, active: true },
  e5: { name: 'Nameless number' },
  e6: { n: -7, name: 'Äpfel', team: 'red', salary: 1e100, active: true },
};

async function openWithPeople(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  const test = await open(options);
  for (const [key, value] of Object.entries(PEOPLE)) {
    await test.sdk.kvs.entity<Employee>('employee').set(key, value);
  }
  return test;
}

const keysOf = ({ results }: { results: readonly { key: string }[] }): string[] =>
  results.map(({ key }) => key);

describe('entity queries through the real SDK', () => {
  it('walk by-key in key order, both ways', async () => {
    const { sdk } = await openWithPeople();
    const query = () => sdk.kvs.entity('employee').query().index('by-key');
    expect(keysOf(await query().getMany())).toEqual(Object.keys(PEOPLE));
    expect(keysOf(await query().sort(sdk.Sort.DESC).getMany())).toEqual(
      Object.keys(PEOPLE).reverse(),
    );
    expect((await query().getOne())?.key).toBe('e1');
  });

  it('order an index by its range attribute and leave out items that lack it', async () => {
    const { sdk } = await openWithPeople();
    const query = () => sdk.kvs.entity('employee').query();
    expect(keysOf(await query().index('name').getMany())).toEqual([
      'e4',
      'e1',
      'e2',
      'e3',
      'e5',
      'e6',
    ]);
    expect(
      keysOf(
        await query()
          .index('by-team', { partition: ['red'] })
          .getMany(),
      ),
    ).toEqual(['e6', 'e2', 'e4', 'e1']);
    const richest = query()
      .index('by-salary', { partition: ['red', true] })
      .sort(sdk.Sort.DESC);
    expect(keysOf(await richest.getMany())).toEqual(['e6', 'e4', 'e1', 'e2']);
  });

  it('take every range condition', async () => {
    const { sdk } = await openWithPeople();
    const { WhereConditions: where } = sdk;
    const red = (condition: Parameters<ReturnType<typeof team>['where']>[0]) =>
      team().where(condition).getMany().then(keysOf);
    const team = () =>
      sdk.kvs
        .entity<Employee>('employee')
        .query()
        .index('by-team', { partition: ['red'] });
    expect(await red(where.equalTo(2))).toEqual(['e4']);
    expect(await red(where.greaterThan(1))).toEqual(['e4', 'e1']);
    expect(await red(where.greaterThanEqualTo(1))).toEqual(['e2', 'e4', 'e1']);
    expect(await red(where.lessThan(2))).toEqual(['e6', 'e2']);
    expect(await red(where.lessThanEqualTo(2))).toEqual(['e6', 'e2', 'e4']);
    expect(await red(where.between(-7, 1))).toEqual(['e6', 'e2']);
    const byName = sdk.kvs.entity('employee').query().index('name').where(where.beginsWith('A'));
    expect(keysOf(await byName.getMany())).toEqual(['e4', 'e1']);
  });

  it('take every filter condition, joined by and or by or', async () => {
    const { sdk } = await openWithPeople();
    const { FilterConditions: is, Filter } = sdk;
    const byKey = () => sdk.kvs.entity<Employee>('employee').query().index('by-key').limit(100);
    type AnyFilter = Parameters<ReturnType<typeof byKey>['filters']>[0];
    const matching = async (filter: AnyFilter): Promise<string> =>
      keysOf(await byKey().filters(filter).getMany()).join(' ');
    const one = () => new Filter<Employee>();
    expect(await matching(one().and('team', is.equalTo('blue')))).toBe('e3');
    expect(await matching(one().and('team', is.notEqualTo('red')))).toBe('e3 e5');
    expect(await matching(one().and('n', is.exists()))).toBe('e1 e2 e3 e4 e6');
    expect(await matching(one().and('n', is.notExists()))).toBe('e5');
    expect(await matching(one().and('name', is.contains('b')))).toBe('e2 e4 e5');
    expect(await matching(one().and('name', is.notContains('b')))).toBe('e1 e3 e6');
    expect(await matching(one().and('name', is.beginsWith('A')))).toBe('e1 e4');
    expect(await matching(one().and('n', is.greaterThan(1)).and('n', is.lessThan(3)))).toBe(
      'e3 e4',
    );
    expect(await matching(one().and('n', is.greaterThanEqualTo(3)))).toBe('e1');
    expect(await matching(one().and('n', is.lessThanEqualTo(1)))).toBe('e2 e6');
    expect(await matching(one().and('salary', is.between(7, 10.5)))).toBe('e1 e3 e4');
    expect(await matching(one().and('active', is.equalTo(false)))).toBe('e3');
    expect(await matching(one().or('n', is.equalTo(1)).or('team', is.equalTo('blue')))).toBe(
      'e2 e3',
    );
  });

  it('filter after the page is cut, so that a page can be empty with results behind it', async () => {
    const test = await open({ switches: { emptyPageMidScan: true } });
    const { sdk } = test;
    const employees = sdk.kvs.entity<Employee>('employee');
    for (let n = 0; n < 9; n++) await employees.set(`e${n}`, { n });
    const page = async (cursor?: string) => {
      const query = employees
        .query()
        .index('by-key')
        .filters(new sdk.Filter<Employee>().and('n', sdk.FilterConditions.greaterThan(6)))
        .limit(3);
      return (cursor === undefined ? query : query.cursor(cursor)).getMany();
    };
    const first = await page();
    expect(first.results).toEqual([]);
    const second = await page(first.nextCursor);
    expect(second.results).toEqual([]);
    const third = await page(second.nextCursor);
    expect(keysOf(third)).toEqual(['e7', 'e8']);
    expect(third.nextCursor).toBeUndefined();
  });

  it('fill the page where the switch says so', async () => {
    const { sdk } = await open({ switches: { emptyPageMidScan: false } });
    const employees = sdk.kvs.entity<Employee>('employee');
    for (let n = 0; n < 30; n++) await employees.set(`e${String(n).padStart(2, '0')}`, { n });
    const query = () =>
      employees
        .query()
        .index('by-key')
        .filters(new sdk.Filter<Employee>().and('n', sdk.FilterConditions.greaterThan(20)))
        .limit(4);
    const first = await query().getMany();
    expect(keysOf(first)).toEqual(['e21', 'e22', 'e23', 'e24']);
    const second = await query().cursor(first.nextCursor!).getMany();
    expect(keysOf(second)).toEqual(['e25', 'e26', 'e27', 'e28']);
    const third = await query().cursor(second.nextCursor!).getMany();
    expect(keysOf(third)).toEqual(['e29']);
    expect(third.nextCursor).toBeUndefined();
  });

  it('take a range on by-key only where the switch says so', async () => {
    const strict = await openWithPeople();
    const body = {
      entityName: 'employee',
      indexName: 'by-key',
      range: { condition: 'GREATER_THAN', values: ['e4'] },
    };
    expect(await strict.call('/entity/query', body)).toMatchObject({
      status: 400,
      body: { code: 'QUERY_WHERE_INVALID' },
    });
    strict.store.close();
    const loose = await openWithPeople({ switches: { byKeyRangeQuery: true } });
    const keys = async (condition: string, ...values: string[]): Promise<string[]> => {
      const answer = await loose.call('/entity/query', { ...body, range: { condition, values } });
      return (answer.body as { data: { key: string }[] }).data.map(({ key }) => key);
    };
    expect(await keys('GREATER_THAN', 'e4')).toEqual(['e5', 'e6']);
    expect(await keys('LESS_THAN_EQUAL_TO', 'e2')).toEqual(['e1', 'e2']);
    expect(await keys('BETWEEN', 'e2', 'e4')).toEqual(['e2', 'e3', 'e4']);
    expect(await keys('EQUAL_TO', 'e3')).toEqual(['e3']);
    expect(await keys('BEGINS_WITH', 'e')).toHaveLength(6);
  });

  it.each([
    ['an index that is not declared', { indexName: 'by-moon' }, 'INVALID_ENTITY_INDEX'],
    ['no partition where one is declared', { indexName: 'by-team' }, 'INVALID_ENTITY_INDEX'],
    ['half a partition', { indexName: 'by-salary', partition: ['red'] }, 'INVALID_ENTITY_INDEX'],
    [
      'a partition of another type',
      { indexName: 'by-team', partition: [7] },
      'INVALID_ENTITY_INDEX',
    ],
    ['a partition on by-key', { indexName: 'by-key', partition: ['x'] }, 'INVALID_ENTITY_INDEX'],
    [
      'a filter condition as range',
      { indexName: 'name', range: range('CONTAINS', 'a') },
      'QUERY_WHERE_INVALID',
    ],
    [
      'an unknown range',
      { indexName: 'name', range: range('NEAR', 'a') },
      'INVALID_FILTER_CONDITION',
    ],
    [
      'a range of another type',
      { indexName: 'name', range: range('EQUAL_TO', 7) },
      'INVALID_FILTER_VALUES',
    ],
    [
      'a range without end',
      { indexName: 'name', range: range('BETWEEN', 'a') },
      'INSUFFICIENT_FILTER_VALUES',
    ],
    [
      '101 conditions',
      {
        indexName: 'by-key',
        filters: { or: Array(101).fill({ property: 'n', ...range('EQUAL_TO', 1) }) },
      },
      'INVALID_FILTER_CONDITION',
    ],
  ])('refuse %s', async (_what, rest, code) => {
    const { call } = await open();
    expect(await call('/entity/query', { entityName: 'employee', ...rest })).toMatchObject({
      status: 400,
      body: { code },
    });
  });

  it('build a new index over what is there already', async () => {
    const { sdk, store, installationId } = await openWithPeople();
    const by = (name: string) =>
      sdk.kvs
        .entity('employee')
        .query()
        .index(name, { partition: [true] });
    store.declare(installationId, [
      {
        ...EMPLOYEE,
        indexes: [...EMPLOYEE.indexes, { name: 'by-active', partition: ['active'], range: ['n'] }],
      },
    ]);
    expect(keysOf(await by('by-active').getMany())).toEqual(['e6', 'e2', 'e4', 'e1']);
    await sdk.kvs.entity('employee').delete('e2');
    expect(keysOf(await by('by-active').getMany())).toEqual(['e6', 'e4', 'e1']);
  });
});

describe('an index', () => {
  const employee = fc.record(
    {
      n: fc.integer({ min: -3, max: 3 }),
      name: fc.constantFrom('a', 'b', 'ü', '🙂', '\uffff'),
      team: fc.constantFrom('red', 'blue'),
      salary: fc.constantFrom(0, -1.5, 2, 1e20),
      active: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const change = fc.record({
    key: fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5', 'k6'),
    value: fc.option(employee, { nil: undefined }),
  });

  it('agrees with sorting all items in memory, page by page, after any changes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 25 }),
        fc.constantFrom('ASC' as const, 'DESC' as const),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (changes, sort, limit, byKey) => {
          const test = await storeUnderTest({ entities: [EMPLOYEE], limits: { quotas: false } });
          const model = new Map<string, Employee>();
          for (const { key, value } of changes) {
            if (value) {
              model.set(key, value);
              await test.call('/entity/set', { entityName: 'employee', key, value });
            } else {
              model.delete(key);
              await test.call('/entity/delete', { entityName: 'employee', key });
            }
          }
          const rank = byKey ? () => 0 : ({ n }: Employee) => n ?? 0;
          const expected = [...model]
            .filter(([, value]) => byKey || (value.team === 'red' && value.n !== undefined))
            .sort(([key, one], [other, two]) => rank(one) - rank(two) || (key < other ? -1 : 1))
            .map(([key]) => key);
          if (sort === 'DESC') expected.reverse();
          const index = byKey
            ? { indexName: 'by-key' }
            : { indexName: 'by-team', partition: ['red'] };
          const query = { entityName: 'employee', ...index, sort, limit };
          const found: string[] = [];
          let cursor: string | undefined;
          do {
            const answer = await test.call('/entity/query', cursor ? { ...query, cursor } : query);
            const page = answer.body as { data: { key: string }[]; cursor?: string };
            found.push(...page.data.map(({ key }) => key));
            cursor = page.cursor;
          } while (cursor);
          test.store.close();
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});

function range(condition: string, ...values: unknown[]): { condition: string; values: unknown[] } {
  return { condition, values };
}
