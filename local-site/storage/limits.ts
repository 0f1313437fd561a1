/**
 * The published limits of the key-value and custom entity store, per installation. Source unless said otherwise:
 * developer.atlassian.com/platform/forge/limits-kvs-ce. What the pages leave open is a switch, see switches.ts.
 */
export const KEY_MAX_CHARACTERS = 500;
/** 240 KiB of JSON text, UTF-8. */
export const VALUE_MAX_BYTES = 240 * 1024;
/** Operations of a transaction, keys of a batch. */
export const GROUP_MAX_ITEMS = 25;
/** 4 MB of request body of a transaction or a batch. Read as 4,000,000 bytes, the smaller reading. */
export const GROUP_MAX_BYTES = 4_000_000;
export const QUERY_DEFAULT_LIMIT = 10;
export const QUERY_MAX_LIMIT = 100;
export const QUERY_MAX_CONDITIONS = 100;
/** At most one year (storage-reference/kvs). */
export const TTL_MAX_MS = 365 * 24 * 3_600_000;

export const ENTITIES_MAX = 20;
export const ATTRIBUTES_MAX = 50;
/** Beside the free index `by-key`. */
export const INDEXES_MAX = 7;
export const ATTRIBUTE_NAME_MAX = 30;
/** All range values of an index together, bytes. */
export const INDEX_RANGE_MAX_BYTES = 900;
/** All partition values of an index together, bytes. */
export const INDEX_PARTITION_MAX_BYTES = 1_700;

/** Limits a run may change, for instance to measure without quotas. */
export interface StorageLimits {
  /** Whether quotas refuse anything. Units are counted either way. Default true. */
  readonly quotas: boolean;
  /** Read units of 10 KB, and apart from them write units, per minute. Default 4,000. */
  readonly unitsPerMinute: number;
  /** Default 1,000. */
  readonly requestsPerSecond: number;
}

export const DEFAULT_LIMITS: StorageLimits = {
  quotas: true,
  unitsPerMinute: 4_000,
  requestsPerSecond: 1_000,
};

/** Bytes per second of one key, and of one index value (limits-kvs-ce). Read as decimal megabytes. */
export const KEY_READ_BYTES_PER_SECOND = 12_000_000;
export const KEY_WRITE_BYTES_PER_SECOND = 1_000_000;
export const INDEX_READ_BYTES_PER_SECOND = 24_000_000;
