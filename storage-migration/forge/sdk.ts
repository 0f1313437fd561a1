import type {
  Batch,
  IndexQuery,
  ItemKey,
  Page,
  QueryCarrier,
  Reply,
  ScanOptions,
  SetOperation,
  Transaction,
  Trouble,
} from './carrier.ts';
import type { ForgeSdk, SdkQuery } from './sdk-types.ts';
import { troubleOf } from './trouble.ts';

/** Items a query page may hold; the documented maximum. */
const PAGE = 100;

export interface SdkCarrierOptions {
  /** Milliseconds until a call counts as unknown; a function has 25 seconds in all. (Default: 10,000) */
  readonly timeoutMs?: number;
}

/**
 * Forge storage inside a function, over `@forge/kvs`, with the same outcomes as the REST carrier. The runtime
 * authenticates, so there is no token. A call that ends in anything but an answer of the store is `unknown`: it may have
 * been applied.
 */
export class SdkCarrier implements QueryCarrier {
  readonly #sdk: ForgeSdk;
  readonly #timeoutMs: number;

  /** `sdk` is the module itself: `new SdkCarrier(await import('@forge/kvs'))`. */
  constructor(sdk: ForgeSdk, options: SdkCarrierOptions = {}) {
    this.#sdk = sdk;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
  }

  get({ key, entity }: ItemKey): Promise<Reply<{ value: unknown } | undefined>> {
    const { kvs } = this.#sdk;
    return this.#call(async () => {
      const value = await (entity === undefined ? kvs.get(key) : kvs.entity(entity).get(key));
      return value === undefined ? undefined : { value };
    });
  }

  getMany(items: readonly ItemKey[]): Promise<Reply<Batch>> {
    return this.#call(async () => {
      const { successfulKeys, failedKeys } = await this.#sdk.kvs.batchGet(items.map(named));
      const failed = failedKeys.map((entry) => ({ item: itemKeyOf(entry), ...entry.error }));
      const isMissing = ({ code }: { code: string }): boolean => code === 'KEY_NOT_FOUND';
      return {
        found: successfulKeys.map((entry) => ({ ...itemKeyOf(entry), value: entry.value })),
        missing: failed.filter(isMissing).map(({ item }) => item),
        failed: failed.filter((entry) => !isMissing(entry)).map(({ item }) => item),
      };
    });
  }

  async create({ key, entity }: ItemKey, value: object): Promise<Reply<{ created: boolean }>> {
    const { kvs } = this.#sdk;
    const place = entity === undefined ? kvs : kvs.entity(entity);
    const reply = await this.#call(async () => {
      await place.set(key, value, { keyPolicy: 'FAIL_IF_EXISTS' });
      return { created: true };
    });
    return reply.kind === 'refused' && reply.code === 'KEY_CONFLICT'
      ? { kind: 'ok', value: { created: false } }
      : reply;
  }

  transact(transaction: Transaction): Promise<Reply<void>> {
    return this.#call(async () => {
      const builder = this.#sdk.kvs.transact();
      for (const operation of transaction.set) {
        builder.set(operation.key, JSON.parse(operation.json), this.#entityOf(operation));
      }
      for (const { key, entity } of transaction.delete) {
        builder.delete(key, entity === undefined ? undefined : { entityName: entity });
      }
      await builder.execute();
    });
  }

  scan(
    entity: string | undefined,
    cursor: string | undefined,
    { prefix, limit = PAGE }: ScanOptions = {},
  ): Promise<Reply<Page>> {
    const { kvs, WhereConditions } = this.#sdk;
    const plain = (): SdkQuery =>
      prefix === undefined
        ? kvs.query()
        : kvs.query().where('key', WhereConditions.beginsWith(prefix));
    return this.#page(
      ...([entity, cursor, limit] as const),
      entity === undefined ? plain : () => kvs.entity(entity).query().index('by-key'),
    );
  }

  query({ entity, index, partition, cursor }: IndexQuery): Promise<Reply<Page>> {
    return this.#page(entity, cursor, PAGE, () =>
      this.#sdk.kvs
        .entity(entity)
        .query()
        .index(index, { partition: [...partition] }),
    );
  }

  #page(
    entity: string | undefined,
    cursor: string | undefined,
    limit: number,
    begin: () => SdkQuery,
  ): Promise<Reply<Page>> {
    return this.#call(async () => {
      const query = begin().limit(limit);
      const { results, nextCursor } = await (
        cursor === undefined ? query : query.cursor(cursor)
      ).getMany();
      const items = results.map(({ key, value }) => ({ key, entity, value }));
      return { items, cursor: nextCursor };
    });
  }

  #entityOf({ entity, conditions = [] }: SetOperation) {
    if (entity === undefined) return undefined;
    if (conditions.length === 0) return { entityName: entity };
    const { Filter, FilterConditions } = this.#sdk;
    // `and` of a fresh filter gives a new one; of that one it gives itself.
    let filter: unknown = new Filter();
    for (const { attribute, value } of conditions) {
      const condition = FilterConditions.equalTo(value);
      filter = (filter as { and(a: string, c: unknown): unknown }).and(attribute, condition);
    }
    return { entityName: entity, conditions: filter };
  }

  async #call<T>(call: () => Promise<T>): Promise<Reply<T>> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Trouble>((resolve) => {
      const cause = new Error(`no answer within ${this.#timeoutMs} ms`);
      timer = setTimeout(() => resolve({ kind: 'unknown', cause }), this.#timeoutMs);
    });
    const answer = call().then((value): Reply<T> => ({ kind: 'ok', value }), troubleOfError);
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** By its shape, not its class: a bundle may hold the package twice. */
function troubleOfError(thrown: unknown): Trouble {
  if (typeof thrown === 'object' && thrown !== null && 'responseDetails' in thrown) {
    const { code, message, responseDetails } = thrown as {
      code?: unknown;
      message?: unknown;
      responseDetails: { status?: unknown } | undefined;
    };
    if (typeof responseDetails?.status === 'number' && typeof code === 'string') {
      return troubleOf(responseDetails.status, code, String(message));
    }
  }
  return { kind: 'unknown', cause: thrown };
}

function named({ key, entity }: ItemKey): { key: string; entityName?: string } {
  return entity === undefined ? { key } : { key, entityName: entity };
}

function itemKeyOf(entry: { key: string; entityName?: string }): ItemKey {
  return { key: entry.key, entity: entry.entityName };
}
