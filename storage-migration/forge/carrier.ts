import type { JsonObject } from '../terms.ts';

/** Names one item. */
export interface ItemKey {
  readonly key: string;
  /** Absent for plain key-value items. */
  readonly entity: string | undefined;
}

/** One condition on an attribute of an entity item; all of them must hold. */
export interface EqualTo {
  readonly attribute: string;
  readonly value: string | number;
}

export interface SetOperation extends ItemKey {
  /** JSON text of the value, so that it is measured once and sent as measured. */
  readonly json: string;
  readonly conditions?: readonly EqualTo[];
}

/** All or nothing. At most 25 operations, 4 MB, each key once. */
export interface Transaction {
  readonly set: readonly SetOperation[];
  readonly delete: readonly ItemKey[];
}

/** How Forge answered something that is no plain success. */
export type Trouble =
  /** A false condition or a lost optimistic lock: the two can't be told apart. Read again. */
  | { readonly kind: 'conflict' }
  /** 429 under any of its codes. */
  | { readonly kind: 'throttled'; readonly code: string }
  /** Time-out, lost connection, 5xx: it may have been applied, or may still be. */
  | { readonly kind: 'unknown'; readonly cause: unknown }
  /** 401 or 403. */
  | { readonly kind: 'unauthorized'; readonly status: number }
  /** Any other 4xx: repeating it changes nothing. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly message: string;
    };

export type Reply<T> = { readonly kind: 'ok'; readonly value: T } | Trouble;

export interface FoundItem extends ItemKey {
  readonly value: unknown;
}

export interface Batch {
  readonly found: readonly FoundItem[];
  readonly missing: readonly ItemKey[];
  /** Neither found nor missing: unknown, to be read again. */
  readonly failed: readonly ItemKey[];
}

export interface Page {
  readonly items: readonly FoundItem[];
  readonly cursor: string | undefined;
}

/**
 * Forge storage as the layer uses it, whatever carries it: the REST paths from a remote, or the SDK inside a function.
 * Never retries, never guesses: every outcome comes back named.
 */
export interface ForgeCarrier {
  /** Strict read of one item. `undefined` in `value` means it does not exist. */
  get(item: ItemKey): Promise<Reply<{ readonly value: unknown } | undefined>>;
  /** Up to 25 items at once. No order, no snapshot, perhaps behind: never decides anything. */
  getMany(items: readonly ItemKey[]): Promise<Reply<Batch>>;
  /** Creates the item only if it does not exist; `created` is false when it did. */
  create(item: ItemKey, value: JsonObject): Promise<Reply<{ readonly created: boolean }>>;
  transact(transaction: Transaction): Promise<Reply<void>>;
  /** A page of all items of an entity (or of all plain items); eventually consistent, it only proposes keys. */
  scan(
    entity: string | undefined,
    cursor: string | undefined,
    options?: ScanOptions,
  ): Promise<Reply<Page>>;
}

/** Narrows a scan of plain items; a scan of an entity knows no prefix. */
export interface ScanOptions {
  /** Only keys that begin so. */
  readonly prefix?: string;
  /** Items of a page. (Default: 100, the most there may be) */
  readonly limit?: number;
}

/** All items of one partition of an entity's index, in the order of its range attribute, page by page. */
export interface IndexQuery {
  readonly entity: string;
  readonly index: string;
  /** One value for each partition attribute, in the declared order. */
  readonly partition: readonly (string | number | boolean)[];
  readonly cursor: string | undefined;
}

/** A carrier for those who also list records by an index of the app: the running app, not the copier. */
export interface QueryCarrier extends ForgeCarrier {
  /** Eventually consistent: it lags behind writes, so it proposes keys and proves nothing. Follow the cursor to its end. */
  query(query: IndexQuery): Promise<Reply<Page>>;
}
