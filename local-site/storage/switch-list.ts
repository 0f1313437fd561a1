import { DEFAULT_SWITCHES, FIELD_LATENCY } from './switches.ts';
import type { StorageSwitches } from './switches.ts';

/** How sure the reading of a fact is: documented, read in code, measured by a third party, inferred, not established. */
export type EvidenceMark = 'doc' | 'code' | 'field' | 'infer' | '?';

/** One unknown of Forge's key-value and custom entity store, as a register of assumptions reads it. */
export interface StorageSwitchEntry<Name extends keyof StorageSwitches = keyof StorageSwitches> {
  readonly name: Name;
  /** Its name in the list of unknowns, section 15 of the storage facts. Absent: found since, not in that list. */
  readonly listedAs?: string;
  readonly default: StorageSwitches[Name];
  /** The other values that the tests run, see switch-list.test.ts. */
  readonly others: readonly StorageSwitches[Name][];
  readonly evidence: readonly EvidenceMark[];
  /** Where it is documented, or where the documents leave it open: pages below developer.atlassian.com/platform/forge. */
  readonly source: string;
  /** Why the default is not the harder reading. Absent: it is. */
  readonly lenientBecause?: string;
}

const LIMITS = 'limits-kvs-ce';
const KVS = 'storage-reference/kvs';
const QUERY = 'storage-reference/entities-api-query';
const TRANSACTIONS = 'storage-reference/entities-transactions';

/** Every switch of the store, each once. */
export const STORAGE_SWITCHES: readonly StorageSwitchEntry[] = [
  entry('queryLagMs', 'queryLag', [{ min: 0, max: 0 }], ['doc', '?'], KVS),
  entry(
    'batchGetConsistency',
    'batchGetConsistency',
    ['strict'],
    ['?'],
    'storage-reference/kvs-batch',
  ),
  entry('unitBytes', 'unitBytes', [10_240], ['?'], LIMITS),
  entry('sizeBasis', 'sizeBasis', ['items'], ['?'], LIMITS),
  entry('queryUnits', 'queryUnits', ['page'], ['infer'], LIMITS),
  {
    ...entry('minuteWindow', 'minuteWindow', ['sliding'], ['?'], LIMITS),
    lenientBecause: 'the one Forge window that is documented, for user-led invocations, is fixed',
  },
  entry('transactionUnits', 'transactionUnits', ['one'], ['?'], LIMITS),
  entry('batchOverBudget', 'batchOverBudget', ['items'], ['?'], 'storage-reference/kvs-batch'),
  entry(
    'throttleCode',
    'storage429Code',
    [
      { general: 'TOO_MANY_REQUESTS', transaction: 'REQUEST_THROTTLED' },
      { general: 'REQUEST_THROTTLED', transaction: 'RATE_LIMIT_EXCEEDED' },
    ],
    ['doc', '?'],
    `${LIMITS}, remote/accessing-storage`,
  ),
  entry('retryAfterHeader', 'retryAfterHeader', [true], ['field', 'code'], 'limits-sql'),
  {
    ...entry('batchesPerMinute', 'batchesPerMinute', [45], ['?'], 'storage-reference/batchops'),
    lenientBecause: 'the page that named 45 has been replaced by one without it',
  },
  entry('maxDepth', 'maxDepth', [32], ['doc'], `${LIMITS} against the error tables`),
  entry(
    'secretMaxBytes',
    'secretMaxBytes',
    [240 * 1024],
    ['doc'],
    `storage-reference/kvs-api-secret against ${LIMITS}`,
  ),
  entry('cursorLifeMs', 'cursorInvalidation', [null], ['field'], KVS),
  entry('emptyLastPageWithCursor', 'emptyLastPageWithCursor', [false], ['field'], KVS),
  entry('emptyPageMidScan', 'emptyPageMidScan', [false], ['doc'], QUERY),
  entry('expiredVisibleMs', 'expiredStillVisible', [0], ['doc'], 'storage-reference/kvs-api'),
  entry('perKeyThroughput', 'perKeyThroughput', [false], ['doc'], LIMITS),
  entry('byKeyRangeQuery', 'byKeyRangeQuery', [true], ['?'], QUERY),
  entry('conditionalSetOnMissingKey', 'conditionalSetOnMissingKey', ['pass'], ['?'], TRANSACTIONS),
  entry('notExistsOnMissingKey', 'notExistsOnMissingKey', ['pass'], ['?'], TRANSACTIONS),
  {
    ...entry(
      'entityFailIfExists',
      'entityFailIfExists',
      [false],
      ['?'],
      'storage-reference/entities-api',
    ),
    lenientBecause: 'it is documented, and measured on plain keys',
  },
  entry(
    'entityNameUnderscore',
    'entityNameUnderscore',
    [true],
    ['doc'],
    `${LIMITS} against the error tables`,
  ),
  entry('undeclaredAttributes', undefined, [true], ['?'], 'storage-reference/entities-manifest'),
  {
    ...entry('reservedAttributes', undefined, [['n']], ['doc', '?'], 'remote/accessing-storage'),
    lenientBecause: 'no page says which names are reserved',
  },
  entry('keyNotFoundStatus', 'keyNotFoundStatus', [400], ['infer'], 'remote/accessing-storage'),
  entry('unknownOperationStatus', undefined, [403], ['doc'], 'rest/v1/api-group-key-value-store'),
  {
    ...entry('restRequestsPerSecond', 'restPerAppLimit', [2], ['?'], 'remote/accessing-storage'),
    lenientBecause: 'no figure is known',
  },
  entry('billingCountsKeys', 'billingCountsKeys', [false], ['?'], 'forge-platform-pricing'),
  entry('spuriousConflict', 'spuriousConflict', [0, 1], ['infer'], TRANSACTIONS),
  {
    ...entry('latencyMs', 'storageLatency', [FIELD_LATENCY.latencyMs], ['field'], KVS),
    lenientBecause: 'a clock that stands still would never answer',
  },
  {
    ...entry('firstCallMs', 'storageLatency', [FIELD_LATENCY.firstCallMs], ['field'], KVS),
    lenientBecause: 'a clock that stands still would never answer',
  },
];

function entry<Name extends keyof StorageSwitches>(
  name: Name,
  listedAs: string | undefined,
  others: readonly StorageSwitches[Name][],
  evidence: readonly EvidenceMark[],
  source: string,
): StorageSwitchEntry<Name> {
  const listed = listedAs === undefined ? {} : { listedAs };
  return { name, ...listed, default: DEFAULT_SWITCHES[name], others, evidence, source };
}
