import type { Answer } from '../types.ts';

/**
 * Where a row of the table comes from: `field` was measured on the real platform (status, code and message are verbatim);
 * `doc` is in Atlassian's error tables (the code; the message here is ours); `infer` is our own guess at an answer that
 * nobody has published. A client may rely on the code of a `field` or `doc` row, never on an `infer` one.
 */
export type Evidence = 'field' | 'doc' | 'infer';

interface ErrorRow {
  readonly status: number;
  readonly evidence: Evidence;
  readonly message: string;
}

/**
 * Every refusal of the store. Sources: developer.atlassian.com/platform/forge/storage-reference/kvs-errorhandling and
 * entities-errorhandling (documented codes), and a probe of the real platform on 2026-10-09 with @forge/kvs 2.0.7.
 */
export const STORAGE_ERRORS = {
  // keys
  KEY_TOO_SHORT: row(400, 'doc', 'The key must have at least one character'),
  EMPTY_KEY: row(400, 'doc', 'The key of an entity must not be empty'),
  KEY_TOO_LONG: row(400, 'doc', 'The key has more than 500 characters'),
  INVALID_KEY: row(400, 'doc', 'The key must match /^(?!\\s+$)[a-zA-Z0-9:._\\s-#]+$/'),
  KEY_NOT_FOUND: row(404, 'field', 'Provided key does not exist'),
  KEY_CONFLICT: row(409, 'field', 'Provided key already exists and cannot be overwritten'),
  KEY_DUPLICATION_ERROR: row(400, 'field', 'Duplicate key found in request'),
  // values
  MAX_SIZE: row(400, 'doc', 'The value is larger than the limit'),
  MAX_DEPTH: row(400, 'doc', 'The value is nested deeper than the limit'),
  INVALID_TTL: row(400, 'field', 'TTL value must be a positive integer'),
  // entities
  ENTITY_TYPE_TOO_SHORT: row(400, 'doc', 'The entity name must have at least 3 characters'),
  ENTITY_TYPE_TOO_LARGE: row(400, 'doc', 'The entity name has more than 60 characters'),
  INVALID_ENTITY_TYPE: row(400, 'doc', 'The entity name has characters that are not allowed'),
  INVALID_ENTITY_VALUE: row(400, 'doc', 'The value does not fit the entity'),
  INVALID_ENTITY_INDEX: row(400, 'doc', 'The index is not declared, or its values do not fit it'),
  INVALID_ENTITY_ATTRIBUTE: row(400, 'doc', 'The attribute name is reserved'),
  SCHEMA_NOT_FOUND: row(404, 'field', 'The schema provided does not exist'),
  INCORRECT_PROPERTY_TYPE: row(400, 'field', 'Data type for property is not as defined'),
  // queries
  LIST_QUERY_LIMIT_EXCEEDED: row(400, 'doc', 'The page limit must be between 1 and 100'),
  COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE: row(
    400,
    'doc',
    'The page limit must be between 1 and 100',
  ),
  QUERY_WHERE_INVALID: row(400, 'doc', 'A query takes at most one condition, BEGINS_WITH'),
  QUERY_WHERE_FIELD_INVALID: row(400, 'doc', 'The condition names a field that cannot be used'),
  INVALID_FILTER_CONDITION: row(400, 'doc', 'The condition is not known or not allowed here'),
  INVALID_FILTER_VALUES: row(400, 'doc', 'The values of the condition do not fit the attribute'),
  INSUFFICIENT_FILTER_VALUES: row(400, 'doc', 'The condition needs two values'),
  EMPTY_FILTER_OPERATOR: row(400, 'doc', 'The operator "and" or "or" must hold a condition'),
  INVALID_FILTER_OPERATORS_COMBINATION: row(
    400,
    'doc',
    'The operators "and" and "or" cannot be used together',
  ),
  INVALID_CURSOR: row(400, 'infer', 'The cursor is unknown, expired or from another query'),
  // batches and transactions
  TOO_MANY_BATCH_ENTITIES: row(400, 'field', 'Too many entities in one batch'),
  INVALID_TRANSACTION_REQUEST: row(400, 'doc', 'The transaction is not well formed'),
  CONDITIONAL_CHECK_FAILED: row(
    400,
    'field',
    'Request failed due to conditional check specified or optimistic locking',
  ),
  INVALID_KEY_POLICY_RETURN_VALUE_COMBINATION: row(
    400,
    'doc',
    'returnValue needs keyPolicy OVERRIDE, and returnMetadataFields needs returnValue',
  ),
  UNPROCESSABLE_ENTITY: row(
    422,
    'field',
    'Request cannot be processed due to one or more semantic errors',
  ),
  PAYLOAD_TOO_LARGE: row(413, 'infer', 'The request is larger than 4 MB'),
  INVALID_REQUEST: row(400, 'infer', 'The request body is not what this operation takes'),
  // quotas; the message was measured on Forge SQL, the storage one is not published
  RATE_LIMIT_EXCEEDED: row(429, 'doc', 'Limits for the current installation have been exceeded'),
  TOO_MANY_REQUESTS: row(429, 'doc', 'Limits for the current installation have been exceeded'),
  REQUEST_THROTTLED: row(429, 'doc', 'Limits for the current installation have been exceeded'),
  // an uninstalled app, or an address that is not one of the operations
  APP_NOT_INSTALLED: row(403, 'infer', 'The app is not installed'),
  INVALID_ROUTE: row(403, 'infer', 'The path is not an operation of the key-value store'),
  // ours alone: the stand-in says so when it does not model something
  NOT_MODELLED: row(501, 'infer', 'The local site does not model this operation'),
} as const satisfies Record<string, ErrorRow>;

export type StorageErrorCode = keyof typeof STORAGE_ERRORS;

/** A refusal as it goes over the wire: a status and `{ code, message }`. Never thrown out of `ForgeStore.handle`. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    code: StorageErrorCode,
    options: {
      readonly message?: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(options.message ?? STORAGE_ERRORS[code].message);
    this.name = 'StorageError';
    this.code = code;
    this.status = options.status ?? STORAGE_ERRORS[code].status;
    this.headers = options.headers;
  }

  /** The part that also stands in `failedKeys` of a batch. */
  body(): { code: string; message: string } {
    return { code: this.code, message: this.message };
  }

  answer(): Answer {
    return {
      status: this.status,
      body: this.body(),
      ...(this.headers ? { headers: this.headers } : {}),
    };
  }
}

/** Misuse by the local site itself: an unknown installation, a store file of another version, a broken entity schema. */
export class StoreUsageError extends Error {
  readonly code:
    'unknown_installation' | 'unknown_snapshot' | 'foreign_store_file' | 'invalid_schema';

  constructor(code: StoreUsageError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUsageError';
    this.code = code;
  }
}

function row(status: number, evidence: Evidence, message: string): ErrorRow {
  return { status, evidence, message };
}
