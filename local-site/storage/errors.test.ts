import { afterEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '../types.ts';
import { STORAGE_ERRORS } from './errors.ts';
import type { StorageErrorCode } from './errors.ts';
import { EMPLOYEE } from './testing/entities.ts';
import { refusalOf, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';

interface Case {
  readonly when: string;
  readonly options?: StoreUnderTestOptions;
  /** A call of the real SDK, or where the SDK cannot say it, of the wire. */
  readonly provoke: (test: StoreUnderTest) => Promise<unknown>;
}

/** Seen on the real platform; status, code and message verbatim. */
const MEASURED: readonly (Case & { status: number; code: StorageErrorCode; message: string })[] = [
  {
    when: 'a set with FAIL_IF_EXISTS meets an existing key',
    status: 409,
    code: 'KEY_CONFLICT',
    message: 'Provided key already exists and cannot be overwritten',
    provoke: async ({ sdk }) => {
      await sdk.kvs.set('k', 1);
      await sdk.kvs.set('k', 1, { keyPolicy: 'FAIL_IF_EXISTS' });
    },
  },
  {
    when: 'the condition of a check is false',
    status: 400,
    code: 'CONDITIONAL_CHECK_FAILED',
    message: 'Request failed due to conditional check specified or optimistic locking',
    provoke: async ({ sdk }) => {
      await sdk.kvs.entity('employee').set('e', { n: 1 });
      await checkN(sdk, 'e', 2);
    },
  },
  {
    when: 'a check names a missing entity key',
    status: 400,
    code: 'CONDITIONAL_CHECK_FAILED',
    message: 'Request failed due to conditional check specified or optimistic locking',
    provoke: ({ sdk }) => checkN(sdk, 'missing', 1),
  },
  {
    when: 'a transaction has 26 operations',
    status: 422,
    code: 'UNPROCESSABLE_ENTITY',
    message: 'Request cannot be processed due to one or more semantic errors',
    provoke: ({ sdk }) => transactionOf(sdk, 26),
  },
  {
    when: 'a transaction names a key twice',
    status: 400,
    code: 'KEY_DUPLICATION_ERROR',
    message: 'Duplicate key found in request',
    provoke: ({ sdk }) => sdk.kvs.transact().set('a', 1).delete('a').execute(),
  },
  {
    when: 'a batch sets 26 keys',
    status: 400,
    code: 'TOO_MANY_BATCH_ENTITIES',
    message:
      'Number of entities to set was 26, but you can only set a maximum of 25 entities at a time.',
    provoke: ({ sdk }) => sdk.kvs.batchSet(keys(26).map((key) => ({ key, value: 1 }))),
  },
  {
    when: 'an entity is not declared',
    status: 404,
    code: 'SCHEMA_NOT_FOUND',
    message: 'The schema provided does not exist',
    provoke: ({ sdk }) => sdk.kvs.entity('not-declared').set('k', { n: 1 }),
  },
  {
    when: 'a TTL is 0',
    status: 400,
    code: 'INVALID_TTL',
    message: 'TTL value must be a positive integer, received: 0',
    provoke: ({ sdk }) =>
      sdk.kvs.set('k', 1, { keyPolicy: 'OVERRIDE', ttl: { value: 0, unit: 'DAYS' } }),
  },
  {
    when: 'an integer attribute is 2^31',
    status: 400,
    code: 'INCORRECT_PROPERTY_TYPE',
    message: 'Data type for property "n" is defined as "integer"',
    provoke: ({ sdk }) => sdk.kvs.entity('employee').set('e', { n: 2 ** 31 }),
  },
  {
    when: 'an integer attribute is the text "5"',
    status: 400,
    code: 'INCORRECT_PROPERTY_TYPE',
    message: 'Data type for property "n" is defined as "integer"',
    provoke: ({ sdk }) => sdk.kvs.entity('employee').set('e', { n: '5' }),
  },
];

/** One way to each code of the table; the type keeps it complete. */
const EVERY_CODE: Record<StorageErrorCode, Case> = {
  KEY_TOO_SHORT: { when: 'a plain key is empty', provoke: ({ sdk }) => sdk.kvs.set('', 1) },
  EMPTY_KEY: {
    when: 'the key of an entity is empty',
    provoke: ({ sdk }) => sdk.kvs.entity('employee').get(''),
  },
  KEY_TOO_LONG: {
    when: 'a key has 501 characters',
    provoke: ({ sdk }) => sdk.kvs.get('k'.repeat(501)),
  },
  INVALID_KEY: { when: 'a key holds a slash', provoke: ({ sdk }) => sdk.kvs.set('a/b', 1) },
  KEY_NOT_FOUND: {
    when: 'a key does not exist',
    provoke: ({ call }) => orRefusal(call('/get', { key: 'missing' })),
  },
  KEY_CONFLICT: {
    when: 'a secret exists that should not',
    provoke: async ({ sdk }) => {
      await sdk.kvs.setSecret('k', 1);
      await sdk.kvs.setSecret('k', 1, { keyPolicy: 'FAIL_IF_EXISTS' });
    },
  },
  KEY_DUPLICATION_ERROR: {
    when: 'a batch names a key twice',
    provoke: ({ sdk }) => sdk.kvs.batchGet([{ key: 'a' }, { key: 'a' }]),
  },
  MAX_SIZE: {
    when: 'a value has one byte more than 240 KiB',
    provoke: ({ sdk }) => sdk.kvs.set('k', 'x'.repeat(240 * 1024 - 1)),
  },
  MAX_DEPTH: {
    when: 'a value is nested 32 levels deep',
    provoke: ({ sdk }) => sdk.kvs.set('k', nested(32)),
  },
  INVALID_TTL: {
    when: 'a TTL is longer than a year',
    provoke: ({ sdk }) =>
      sdk.kvs.set('k', 1, { keyPolicy: 'OVERRIDE', ttl: { value: 366, unit: 'DAYS' } }),
  },
  ENTITY_TYPE_TOO_SHORT: {
    when: 'an entity name has 2 characters',
    provoke: ({ sdk }) => sdk.kvs.entity('ab').get('k'),
  },
  ENTITY_TYPE_TOO_LARGE: {
    when: 'an entity name has 61 characters',
    provoke: ({ sdk }) => sdk.kvs.entity('a'.repeat(61)).get('k'),
  },
  INVALID_ENTITY_TYPE: {
    when: 'an entity name has an underscore',
    provoke: ({ sdk }) => sdk.kvs.entity('mig_head').get('k'),
  },
  INVALID_ENTITY_VALUE: {
    when: 'a string attribute is blank',
    provoke: ({ sdk }) => sdk.kvs.entity('employee').set('e', { name: ' ' }),
  },
  INVALID_ENTITY_INDEX: {
    when: 'an index is not declared',
    provoke: ({ sdk }) => sdk.kvs.entity('employee').query().index('by-moon').getMany(),
  },
  INVALID_ENTITY_ATTRIBUTE: {
    when: 'an attribute has a name that the switch reserves',
    options: { switches: { reservedAttributes: ['n'] } },
    provoke: ({ sdk }) => sdk.kvs.entity('employee').set('e', { n: 1 }),
  },
  SCHEMA_NOT_FOUND: {
    when: 'a query names an undeclared entity',
    provoke: ({ sdk }) => sdk.kvs.entity('nothing').query().index('by-key').getMany(),
  },
  INCORRECT_PROPERTY_TYPE: {
    when: 'an attribute is null',
    provoke: ({ sdk }) => sdk.kvs.entity('employee').set('e', { name: null }),
  },
  LIST_QUERY_LIMIT_EXCEEDED: {
    when: 'a query of plain keys asks for 101',
    provoke: ({ sdk }) => sdk.kvs.query().limit(101).getMany(),
  },
  COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE: {
    when: 'an entity query asks for 101',
    provoke: ({ sdk }) => sdk.kvs.entity('employee').query().index('by-key').limit(101).getMany(),
  },
  QUERY_WHERE_INVALID: {
    when: 'a query of plain keys asks for a range',
    provoke: ({ sdk }) =>
      sdk.kvs
        .query()
        .where('key', sdk.WhereConditions.greaterThan('a') as never)
        .getMany(),
  },
  QUERY_WHERE_FIELD_INVALID: {
    when: 'a filter names an attribute that is not declared',
    provoke: ({ sdk }) =>
      sdk.kvs
        .entity<{ age: number }>('employee')
        .query()
        .index('by-key')
        .filters(new sdk.Filter<{ age: number }>().and('age', sdk.FilterConditions.equalTo(1)))
        .getMany(),
  },
  INVALID_FILTER_CONDITION: {
    when: 'a condition is not known',
    provoke: ({ sdk }) => filtered(sdk, 'n', condition('RESEMBLES', 1)),
  },
  INVALID_FILTER_VALUES: {
    when: 'the value of a filter has another type than its attribute',
    provoke: ({ sdk }) => filtered(sdk, 'n', sdk.FilterConditions.equalTo('1')),
  },
  INSUFFICIENT_FILTER_VALUES: {
    when: 'BETWEEN has one value',
    provoke: ({ sdk }) => filtered(sdk, 'n', condition('BETWEEN', 1)),
  },
  EMPTY_FILTER_OPERATOR: {
    when: 'a filter has no condition',
    // The SDK leaves an empty filter away.
    provoke: ({ call }) => orRefusal(entityQuery(call, { and: [] })),
  },
  INVALID_FILTER_OPERATORS_COMBINATION: {
    when: 'a filter has both operators',
    // The SDK's filters have one operator.
    provoke: ({ call }) => {
      const one = { property: 'n', ...condition('EQUAL_TO', 1) };
      return orRefusal(entityQuery(call, { and: [one], or: [one] }));
    },
  },
  INVALID_CURSOR: {
    when: 'a cursor was never issued',
    provoke: ({ sdk }) => sdk.kvs.query().cursor('somewhere').getMany(),
  },
  TOO_MANY_BATCH_ENTITIES: {
    when: 'a batch deletes 26 keys',
    provoke: ({ sdk }) => sdk.kvs.batchDelete(keys(26).map((key) => ({ key }))),
  },
  INVALID_TRANSACTION_REQUEST: {
    when: 'a plain key has conditions',
    provoke: ({ sdk }) => {
      const conditions = new sdk.Filter<{ n: number }>().and('n', sdk.FilterConditions.equalTo(1));
      return sdk.kvs
        .transact()
        .set('k', 1, { conditions } as never)
        .execute();
    },
  },
  CONDITIONAL_CHECK_FAILED: {
    when: 'every transaction loses its lock',
    options: { switches: { spuriousConflict: 1 } },
    provoke: ({ sdk }) => sdk.kvs.transact().set('a', 1).execute(),
  },
  INVALID_KEY_POLICY_RETURN_VALUE_COMBINATION: {
    when: 'FAIL_IF_EXISTS asks for the previous value',
    provoke: ({ sdk }) => {
      const options = { keyPolicy: 'FAIL_IF_EXISTS', returnValue: 'PREVIOUS' } as const;
      return sdk.kvs.set('k', 1, options as never);
    },
  },
  UNPROCESSABLE_ENTITY: {
    when: 'a filter names an attribute of type any',
    provoke: ({ sdk }) => filtered(sdk, 'extra', sdk.FilterConditions.exists()),
  },
  PAYLOAD_TOO_LARGE: {
    when: 'a transaction has more than 4 MB',
    provoke: ({ sdk }) => transactionOf(sdk, 25, 'x'.repeat(170_000)),
  },
  INVALID_REQUEST: { when: 'a value is null', provoke: ({ sdk }) => sdk.kvs.set('k', null) },
  RATE_LIMIT_EXCEEDED: {
    when: 'the minute is used up',
    options: { limits: { unitsPerMinute: 1 } },
    provoke: async ({ sdk }) => {
      await sdk.kvs.set('a', 1);
      await sdk.kvs.set('b', 1);
    },
  },
  TOO_MANY_REQUESTS: {
    when: 'the minute is used up and a transaction comes',
    options: { limits: { unitsPerMinute: 1 } },
    provoke: async ({ sdk }) => {
      await sdk.kvs.set('a', 1);
      await sdk.kvs.transact().set('b', 1).execute();
    },
  },
  REQUEST_THROTTLED: {
    when: 'one key is written with more than 1 MB in a second',
    provoke: async ({ sdk }) => {
      for (let i = 0; i < 5; i++) await sdk.kvs.set('hot', 'x'.repeat(220_000));
    },
  },
  APP_NOT_INSTALLED: {
    when: 'the app was uninstalled',
    provoke: ({ sdk, store, installationId }) => {
      store.retire(installationId);
      return sdk.kvs.get('k');
    },
  },
  INVALID_ROUTE: {
    when: 'an operation is unknown and the switch follows the REST pages',
    options: { switches: { unknownOperationStatus: 403 } },
    provoke: ({ call }) => orRefusal(call('/unknown', {})),
  },
  NOT_MODELLED: {
    when: 'an operation is unknown',
    provoke: ({ call }) => orRefusal(call('/unknown', {})),
  },
};

describe('refusals', () => {
  let current: StoreUnderTest | undefined;
  afterEach(() => {
    current?.store.close();
    current = undefined;
  });

  it.each(MEASURED)('answers $code as measured when $when', async (measured) => {
    current = await storeUnderTest({ entities: [EMPLOYEE], ...measured.options });
    const { status, code, message } = measured;
    expect(await refusalOf(measured.provoke(current))).toEqual({ status, code, message });
  });

  it.each(Object.entries(EVERY_CODE).map(([code, one]) => ({ code, ...one })))(
    'answers $code when $when',
    async ({ code, options, provoke }) => {
      current = await storeUnderTest({ entities: [EMPLOYEE], ...options });
      const refusal = await refusalOf(provoke(current));
      expect(refusal.code).toBe(code);
      expect(refusal.status).toBe(STORAGE_ERRORS[code as StorageErrorCode].status);
    },
  );
});

/** Turns a refused answer of the wire into the error that the SDK would throw. */
async function orRefusal(pending: Promise<Answer>): Promise<void> {
  const { status, body } = await pending;
  if (status < 400) return;
  const { code, message } = body as { code: string; message: string };
  throw Object.assign(new Error(message), { code, responseDetails: { status } });
}

function condition(name: string, ...values: unknown[]): object {
  return { condition: name, values };
}

/** A query with one filter condition, which may be one that the SDK's types do not allow. */
function filtered(sdk: StoreUnderTest['sdk'], attribute: string, wanted: object): Promise<unknown> {
  const filter = new sdk.Filter<Record<string, unknown>>().and(attribute, wanted as never);
  return sdk.kvs
    .entity<Record<string, unknown>>('employee')
    .query()
    .index('by-key')
    .filters(filter)
    .getMany();
}

function entityQuery(call: StoreUnderTest['call'], filters: unknown): Promise<Answer> {
  return call('/entity/query', { entityName: 'employee', indexName: 'by-key', filters });
}

function checkN(sdk: StoreUnderTest['sdk'], key: string, n: number): Promise<void> {
  const conditions = new sdk.Filter<{ n: number }>().and('n', sdk.FilterConditions.equalTo(n));
  return sdk.kvs
    .transact()
    .set('other', 1)
    .check(key, { entityName: 'employee', conditions })
    .execute();
}

async function transactionOf(
  sdk: StoreUnderTest['sdk'],
  count: number,
  value: unknown = 1,
): Promise<void> {
  const transaction = sdk.kvs.transact();
  for (const key of keys(count)) transaction.set(key, value);
  await transaction.execute();
}

function keys(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `key-${at}`);
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { inner: value };
  return value;
}
