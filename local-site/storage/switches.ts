/**
 * What Atlassian's pages leave open. Each switch names the readings and its default: the reading that is harder on an
 * app, unless the comment gives a reason. An app must not depend on either reading. Marks: [doc] documented, [field]
 * measured by a third party, [infer] inferred, [?] not established.
 */
export interface StorageSwitches {
  /**
   * How long a query goes on seeing the version before a change, drawn anew for every changed item. Default 2–5 s.
   * Queries are eventually consistent [doc]; no number is published [?].
   */
  readonly queryLagMs: Span;
  /**
   * `lagging`: a batch get may return, item by item, the version before a recent change. Default `lagging`. The
   * documentation calls only the single get strict [?].
   */
  readonly batchGetConsistency: 'lagging' | 'strict';
  /** Bytes of one quota unit ("10KB"). Default 10,000 [?]. */
  readonly unitBytes: 10_000 | 10_240;
  /** What is rounded up to units: the whole body, or keys and values alone. Default `body` [?]. */
  readonly sizeBasis: 'body' | 'items';
  /** A query costs its answer's bytes, or one unit a page. Default `bytes` [infer]. */
  readonly queryUnits: 'bytes' | 'page';
  /** Default `fixed`: the one Forge window that is documented (user-led invocations) is fixed [?]. */
  readonly minuteWindow: 'fixed' | 'sliding';
  /** A transaction costs its rounded size, or one unit whatever its size. Default `size` [?]. */
  readonly transactionUnits: 'size' | 'one';
  /** A batch over the budget fails as a whole, or in part through `failedKeys`. Default `whole` [?]. */
  readonly batchOverBudget: 'whole' | 'items';
  /**
   * Which of the documented 429 codes is used when. Default: transactions `TOO_MANY_REQUESTS` [doc], everything else
   * `RATE_LIMIT_EXCEEDED`; which when is not established [?]. The throughput of one key is always `REQUEST_THROTTLED`.
   */
  readonly throttleCode: {
    readonly general: ThrottleCode;
    readonly transaction: ThrottleCode;
  };
  /** Whether a 429 carries `Retry-After`. Default false: seen absent on Forge SQL [field], and the SDK hides it [code]. */
  readonly retryAfterHeader: boolean;
  /** Batch operations per minute, or null. Default null: the page that said 45 has been replaced [?]. */
  readonly batchesPerMinute: number | null;
  /** Deepest nesting of objects and arrays. Default 31; the error table says 32 [doc conflict]. */
  readonly maxDepth: 31 | 32;
  /** Largest secret. Default 128 KiB; another page says 240 KiB [doc conflict]. */
  readonly secretMaxBytes: number;
  /** Age at which a cursor is refused, or null for never. Default 15 minutes: it happened in 2024 [field]. */
  readonly cursorLifeMs: number | null;
  /** Whether the end of the data can lie behind one or two cursors that lead to empty pages. Default true: 2024 [field]. */
  readonly emptyLastPageWithCursor: boolean;
  /** Whether entity filters apply after the page is cut, so that a page can be empty with results behind it. Default true [doc]. */
  readonly emptyPageMidScan: boolean;
  /** Longest time an expired item stays readable; drawn for every item. Default 48 h [doc]. */
  readonly expiredVisibleMs: number;
  /** Whether one key is held to 12 MB/s read and 1 MB/s written, one index value to 24 MB/s. Default true [doc]. */
  readonly perKeyThroughput: boolean;
  /** Whether the index `by-key` takes a range condition. Default false [?]. */
  readonly byKeyRangeQuery: boolean;
  /** What a condition of a transaction's set or delete does on a missing key. Default `fail`: measured for a check only [?]. */
  readonly conditionalSetOnMissingKey: 'fail' | 'pass';
  /** What `NOT_EXISTS` does on a missing key. Default `fail` [?]. */
  readonly notExistsOnMissingKey: 'fail' | 'pass';
  /** Whether `FAIL_IF_EXISTS` works on entities as on plain keys. Default true: documented, code likely the same [?]. */
  readonly entityFailIfExists: boolean;
  /** Whether an entity name may hold `_`. Default false [doc conflict]. */
  readonly entityNameUnderscore: boolean;
  /** Whether a value may hold attributes that the entity does not declare. Default false [?]. */
  readonly undeclaredAttributes: boolean;
  /**
   * Attribute names that are refused with `INVALID_ENTITY_ATTRIBUTE`. Default none: the error table says that some names are
   * reserved [doc] and no page says which [?], and to refuse a guess would stop apps for nothing.
   */
  readonly reservedAttributes: readonly string[];
  /** Status of `KEY_NOT_FOUND`. Default 404; the SDK looks at the code alone [infer]. */
  readonly keyNotFoundStatus: 404 | 400;
  /**
   * Status of a path that is no operation. Default 501, so that a call which is not modelled cannot be taken for an answer of
   * the platform. The REST pages say 403 for an invalid route [doc].
   */
  readonly unknownOperationStatus: 501 | 403;
  /** Requests per second of all remotes of the app together, or null. Default null: no figure is known [?]. */
  readonly restRequestsPerSecond: number | null;
  /** Whether the bytes of keys are billed beside those of values. Default true [?]. */
  readonly billingCountsKeys: boolean;
  /** Share of transactions that lose an optimistic lock for no visible reason. Default 0.001: the measured message names it [infer]. */
  readonly spuriousConflict: number;
  /**
   * How long a call takes. Seen: 25–280 ms [field], see {@link FIELD_LATENCY}. Default none, because a clock that stands
   * still would never answer; switched on where time runs. While it is on, transactions of that time overlap and conflict.
   */
  readonly latencyMs: Span;
  /** How long the first call of an installation takes, on top of nothing else. Seen: 402–845 ms [field]. Default none. */
  readonly firstCallMs: Span;
}

/** A time that is drawn anew each time, milliseconds, both ends included. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

export type ThrottleCode = 'RATE_LIMIT_EXCEEDED' | 'TOO_MANY_REQUESTS' | 'REQUEST_THROTTLED';

export const DEFAULT_SWITCHES: StorageSwitches = {
  queryLagMs: { min: 2_000, max: 5_000 },
  batchGetConsistency: 'lagging',
  unitBytes: 10_000,
  sizeBasis: 'body',
  queryUnits: 'bytes',
  minuteWindow: 'fixed',
  transactionUnits: 'size',
  batchOverBudget: 'whole',
  throttleCode: { general: 'RATE_LIMIT_EXCEEDED', transaction: 'TOO_MANY_REQUESTS' },
  retryAfterHeader: false,
  batchesPerMinute: null,
  maxDepth: 31,
  secretMaxBytes: 128 * 1024,
  cursorLifeMs: 15 * 60_000,
  emptyLastPageWithCursor: true,
  emptyPageMidScan: true,
  expiredVisibleMs: 48 * 3_600_000,
  perKeyThroughput: true,
  byKeyRangeQuery: false,
  conditionalSetOnMissingKey: 'fail',
  notExistsOnMissingKey: 'fail',
  entityFailIfExists: true,
  entityNameUnderscore: false,
  undeclaredAttributes: false,
  reservedAttributes: [],
  keyNotFoundStatus: 404,
  unknownOperationStatus: 501,
  restRequestsPerSecond: null,
  billingCountsKeys: true,
  spuriousConflict: 0.001,
  latencyMs: { min: 0, max: 0 },
  firstCallMs: { min: 0, max: 0 },
};

/** How long calls were seen to take on the real platform on 2026-10-09 [field]. */
export const FIELD_LATENCY: Pick<StorageSwitches, 'latencyMs' | 'firstCallMs'> = {
  latencyMs: { min: 25, max: 280 },
  firstCallMs: { min: 402, max: 845 },
};

/** Every unknown read the easy way: for tests whose subject lies elsewhere. Documented limits stay. */
export const LENIENT_SWITCHES: StorageSwitches = {
  ...DEFAULT_SWITCHES,
  queryLagMs: { min: 0, max: 0 },
  batchGetConsistency: 'strict',
  cursorLifeMs: null,
  emptyLastPageWithCursor: false,
  emptyPageMidScan: false,
  expiredVisibleMs: 0,
  spuriousConflict: 0,
};
