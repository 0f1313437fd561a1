import type { StorageErrorCode } from '../errors.ts';
import { rowsOf } from './row.ts';
import type { CoverageRow } from './row.ts';

const KVS_ERRORS = 'storage-reference/kvs-errorhandling';
const ENTITY_ERRORS = 'storage-reference/entities-errorhandling';
const REMOTE = 'remote/accessing-storage';
const LIMITS = 'limits-kvs-ce';
const OURS = 'not published';

/** Where each code of the store comes from, and the case of errors.test.ts that provokes it. */
const CODES: Readonly<Record<StorageErrorCode, readonly [source: string, test: string]>> = {
  KEY_TOO_SHORT: [KVS_ERRORS, 'a plain key is empty'],
  EMPTY_KEY: [ENTITY_ERRORS, 'the key of an entity is empty'],
  KEY_TOO_LONG: [KVS_ERRORS, 'a key has 501 characters'],
  INVALID_KEY: [KVS_ERRORS, 'a key holds a slash'],
  KEY_NOT_FOUND: ['field', 'a key does not exist'],
  KEY_CONFLICT: ['field', 'a secret exists that should not'],
  KEY_DUPLICATION_ERROR: ['field', 'a batch names a key twice'],
  MAX_SIZE: [KVS_ERRORS, 'a value has one byte more than 240 KiB'],
  MAX_DEPTH: [KVS_ERRORS, 'a value is nested 32 levels deep'],
  INVALID_TTL: ['field', 'a TTL is longer than a year'],
  ENTITY_TYPE_TOO_SHORT: [ENTITY_ERRORS, 'an entity name has 2 characters'],
  ENTITY_TYPE_TOO_LARGE: [ENTITY_ERRORS, 'an entity name has 61 characters'],
  INVALID_ENTITY_TYPE: [ENTITY_ERRORS, 'an entity name has an underscore'],
  INVALID_ENTITY_VALUE: [ENTITY_ERRORS, 'a string attribute is blank'],
  INVALID_ENTITY_ATTRIBUTE: [ENTITY_ERRORS, 'an attribute has a name that the switch reserves'],
  INVALID_ENTITY_INDEX: [ENTITY_ERRORS, 'an index is not declared'],
  SCHEMA_NOT_FOUND: ['field', 'a query names an undeclared entity'],
  INCORRECT_PROPERTY_TYPE: ['field', 'an attribute is null'],
  LIST_QUERY_LIMIT_EXCEEDED: [KVS_ERRORS, 'a query of plain keys asks for 101'],
  COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE: [ENTITY_ERRORS, 'an entity query asks for 101'],
  QUERY_WHERE_INVALID: [KVS_ERRORS, 'a query of plain keys asks for a range'],
  QUERY_WHERE_FIELD_INVALID: [KVS_ERRORS, 'a filter names an attribute that is not declared'],
  INVALID_FILTER_CONDITION: [KVS_ERRORS, 'a condition is not known'],
  INVALID_FILTER_VALUES: [KVS_ERRORS, 'the value of a filter has another type than its attribute'],
  INSUFFICIENT_FILTER_VALUES: [ENTITY_ERRORS, 'BETWEEN has one value'],
  EMPTY_FILTER_OPERATOR: [ENTITY_ERRORS, 'a filter has no condition'],
  INVALID_FILTER_OPERATORS_COMBINATION: [ENTITY_ERRORS, 'a filter has both operators'],
  INVALID_CURSOR: [OURS, 'a cursor was never issued'],
  TOO_MANY_BATCH_ENTITIES: ['field', 'a batch deletes 26 keys'],
  INVALID_TRANSACTION_REQUEST: [KVS_ERRORS, 'a plain key has conditions'],
  CONDITIONAL_CHECK_FAILED: ['field', 'every transaction loses its lock'],
  INVALID_KEY_POLICY_RETURN_VALUE_COMBINATION: [
    KVS_ERRORS,
    'FAIL_IF_EXISTS asks for the previous value',
  ],
  UNPROCESSABLE_ENTITY: ['field', 'a filter names an attribute of type any'],
  PAYLOAD_TOO_LARGE: [OURS, 'a transaction has more than 4 MB'],
  INVALID_REQUEST: [OURS, 'a value is null'],
  RATE_LIMIT_EXCEEDED: [REMOTE, 'the minute is used up'],
  TOO_MANY_REQUESTS: [LIMITS, 'the minute is used up and a transaction comes'],
  REQUEST_THROTTLED: [KVS_ERRORS, 'one key is written with more than 1 MB in a second'],
  APP_NOT_INSTALLED: [OURS, 'the app was uninstalled'],
  INVALID_ROUTE: [OURS, 'an operation is unknown and the switch follows the REST pages'],
  NOT_MODELLED: [OURS, 'an operation is unknown'],
};

/** The codes that no case of errors.test.ts can provoke, and the measured cases. */
const OTHERS = rowsOf('code', [
  [
    'NOT_FOUND',
    KVS_ERRORS,
    'sdk-client',
    'would throw the documented NOT_FOUND, which is why the store says KEY_NOT_FOUND',
  ],
  [
    'rest-401',
    REMOTE,
    'rest-wire',
    'answers 401 without a token, with a wrong one, and with one of another kind',
  ],
  [
    'rest-403-invalid-route',
    'rest/v1/api-group-key-value-store',
    'rest-wire',
    'answers an invalid route with 501 and records it, until the switch says 403',
  ],
  ['measured-key-conflict', 'field', 'errors', 'a set with FAIL_IF_EXISTS meets an existing key'],
  ['measured-condition-false', 'field', 'errors', 'the condition of a check is false'],
  ['measured-check-missing-key', 'field', 'errors', 'a check names a missing entity key'],
  ['measured-26-operations', 'field', 'errors', 'a transaction has 26 operations'],
  ['measured-key-twice', 'field', 'errors', 'a transaction names a key twice'],
  ['measured-batch-of-26', 'field', 'errors', 'a batch sets 26 keys'],
  ['measured-batch-get-missing', 'field', 'batch', 'name a missing key in failedKeys as measured'],
  ['measured-undeclared-entity', 'field', 'errors', 'an entity is not declared'],
  ['measured-ttl-0', 'field', 'errors', 'a TTL is 0'],
  ['measured-integer-2-31', 'field', 'errors', 'an integer attribute is 2^31'],
  ['measured-integer-text', 'field', 'errors', 'an integer attribute is the text "5"'],
  ['measured-transaction-of-25', 'field', 'transaction', 'take 25 operations'],
]);

export const CODE_ROWS: readonly CoverageRow[] = [
  ...Object.entries(CODES).map(([id, [source, test]]): CoverageRow => ({
    id,
    kind: 'code',
    source,
    file: 'errors',
    test,
  })),
  ...OTHERS,
];
