import { rowsOf } from './row.ts';

const KVS = 'storage-reference/kvs';
const KVS_API = 'storage-reference/kvs-api';
const BATCH = 'storage-reference/kvs-batch';
const TRANSACTIONS = 'storage-reference/entities-transactions';
const QUERY = 'storage-reference/entities-api-query';
const LIFE_CYCLE = 'storage-reference/hosted-storage-data-lifecycle';
const REST = 'remote/accessing-storage';
const SDK = '@forge/kvs';

/** What is promised of values, times, reads, groups, queries, the wire, and the life of data. */
export const RULE_ROWS = rowsOf('rule', [
  ['any-json', KVS, 'store', 'gives back what was set, whatever JSON it is'],
  [
    'missing-key',
    KVS_API,
    'store',
    'gives undefined for a missing key and deletes a missing key without complaint',
  ],
  ['secrets-apart', KVS, 'store', 'keeps plain keys, secrets and each entity apart'],
  ['installations-apart', KVS, 'store', 'keeps installations apart'],
  [
    'return-value',
    KVS_API,
    'store',
    'returns the previous or the latest value with the metadata asked for',
  ],
  [
    'return-value-combinations',
    KVS_API,
    'store',
    'refuses returnValue with FAIL_IF_EXISTS and returnMetadataFields alone',
  ],
  [
    'key-policy-on-entities',
    KVS_API,
    'store',
    'refuses FAIL_IF_EXISTS on an existing key with the measured answer, for keys and entities',
  ],
  [
    'no-key-policy-in-batches',
    BATCH,
    'full-size',
    'knows no key policy: what stands there is overwritten',
  ],
  [
    'expiry-on-request',
    KVS_API,
    'ttl',
    'tells its expiry on request and loses it when set again without one',
  ],
  [
    'expired-may-be-read',
    KVS_API,
    'ttl',
    'may stay readable for up to 48 hours where the switch says so, and no longer',
  ],
  [
    'expired-is-removed',
    KVS_API,
    'sweeper',
    'are removed from the file once they may no longer be visible, with their index entries',
  ],
  ['secrets-not-queried', KVS, 'query', 'never show secrets or entities'],
  [
    'get-strict-query-lags',
    KVS,
    'consistency',
    'does not see a new item, an update or a delete at once, while get does',
  ],
  [
    'batch-get-may-lag',
    BATCH,
    'batch',
    'may read the version before a recent change, item by item, until the lag has passed',
  ],
  ['key-order', KVS, 'query', 'give keys in byte order, ten unless told otherwise'],
  ['prefix', KVS_API, 'query', 'give the keys with a prefix, one equal to it included'],
  ['no-cursor-at-the-end', QUERY, 'query', 'has no cursor by the documentation'],
  [
    'cursor-at-the-end',
    'field',
    'query',
    'lies behind one or two cursors to empty pages where the switch says so',
  ],
  ['cursor-parameters', KVS, 'query', 'are refused with another prefix, limit or installation'],
  ['cursor-expires', 'field', 'query', 'expire after 15 minutes where the switch says so'],
  ['cursor-event', 'field', 'query', 'are all refused after the backend has changed'],
  [
    'cursor-under-changes',
    KVS,
    'query',
    'survive changes of the data: nothing is given twice, nothing that stays is skipped',
  ],
  [
    'empty-page-mid-scan',
    QUERY,
    'entity-query',
    'filter after the page is cut, so that a page can be empty with results behind it',
  ],
  [
    'by-key',
    'storage-reference/entities-manifest',
    'entity-query',
    'walk by-key in key order, both ways',
  ],
  [
    'index-order',
    QUERY,
    'query-semantics',
    'gives what a plain loop over all items gives, for every type, range, filter and order',
  ],
  [
    'partitions',
    QUERY,
    'query-semantics',
    'gives one partition alone, in the order of its range attribute',
  ],
  [
    'filter-types',
    QUERY,
    'query-semantics',
    'is refused, else taken, as a filter: $condition on $type',
  ],
  [
    'range-types',
    QUERY,
    'query-semantics',
    'is refused, else taken, as a range: $condition on $type',
  ],
  [
    'batch-best-effort',
    BATCH,
    'batch',
    'store the good items although others fail, and say which and why',
  ],
  [
    'batch-mixed',
    BATCH,
    'batch',
    'set, get and delete 25 keys, plain and of entities, in any order',
  ],
  ['batch-empty', BATCH, 'batch', 'fail as a whole when empty'],
  [
    'batch-key-once',
    BATCH,
    'full-size',
    'fails as a whole when a key stands in it twice, but not in two spaces',
  ],
  [
    'transaction-all-or-nothing',
    TRANSACTIONS,
    'transaction',
    'write nothing at all when one condition is false',
  ],
  [
    'transaction-operations-mixed',
    TRANSACTIONS,
    'transaction',
    'set, delete and check in one go, plain keys beside entities',
  ],
  [
    'transaction-conditions',
    TRANSACTIONS,
    'transaction',
    'are refused when empty, when a check has no conditions, and when a plain key is checked',
  ],
  [
    'transaction-overlap',
    'field',
    'late-apply',
    'conflict when they overlap and share an item, whichever came first',
  ],
  [
    'transaction-late',
    'field',
    'late-apply',
    'has its conditions checked against what is there then',
  ],
  [
    'transaction-ttl-argument',
    SDK,
    'transaction',
    'expire a value whose TTL stands in the fourth argument, and lose one in the third as the SDK does',
  ],
  [
    'transaction-empty-lists',
    SDK,
    'full-size',
    'leaves empty lists away and is refused when it has nothing to do',
  ],
  ['empty-condition', SDK, 'full-size', 'is refused by the SDK itself when a condition is empty'],
  [
    'cursor-field',
    SDK,
    'full-size',
    'sends its cursor as "after" for plain keys and as "cursor" for entities',
  ],
  ['query-without-options', SDK, 'wire-tolerance', 'takes a query without options, as {}'],
  [
    'later-sdk',
    SDK,
    'wire-tolerance',
    'takes what a later SDK may send beside what is known, on every operation',
  ],
  [
    'runtime-kvs',
    SDK,
    'sdk-client',
    'is served as without: the store looks at path and body alone',
  ],
  [
    'rest-endpoints',
    REST,
    'rest-wire',
    'answers every endpoint with the documented status and shape',
  ],
  ['rest-errors', REST, 'rest-wire', 'answers a refusal with a status, a code and a message'],
  [
    'undeclared-entity-keeps-data',
    'storage-reference/entities-manifest',
    'limits',
    'become unknown when the running version no longer declares them, and keep their items',
  ],
  [
    'new-index-over-old-data',
    'storage-reference/entities-manifest',
    'entity-query',
    'build a new index over what is there already',
  ],
  [
    'kept-28-days',
    LIFE_CYCLE,
    'life-cycle',
    'is refused, keeps its data for 28 days, and then has none',
  ],
  [
    'relink-21-days',
    LIFE_CYCLE,
    'life-cycle',
    'becomes the data of a new installation within 21 days',
  ],
  [
    'relink-too-late',
    LIFE_CYCLE,
    'life-cycle',
    'cannot be linked again later than that, nor before it was retired',
  ],
]);
