import { z } from 'zod';
import type {
  Batch,
  ForgeCarrier,
  IndexQuery,
  ItemKey,
  Page,
  QueryCarrier,
  Reply,
  ScanOptions,
  Trouble,
} from './carrier.ts';
import { troubleOf } from './trouble.ts';
import { itemKeyJson, transactionBody } from './wire.ts';

export interface RestCarrierOptions {
  /** `https://api.atlassian.com/forge/storage/kvs`, without the version. */
  readonly baseUrl: string;
  /** The installation's system token, asked for at every call because it is rotated. */
  readonly token: () => Promise<string | undefined>;
  /** Milliseconds until a call counts as unknown. Default 20,000. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

const errorBody = z.object({ code: z.string(), message: z.string().default('') });
const itemBody = z.object({ value: z.unknown() });
const keyed = z.object({ key: z.string(), entityName: z.string().optional() });
const batchBody = z.object({
  successfulKeys: z.array(keyed.extend({ value: z.unknown() })),
  failedKeys: z.array(keyed.extend({ error: errorBody })),
});
const pageBody = z.object({
  data: z.array(keyed.extend({ value: z.unknown() })),
  cursor: z.string().optional(),
});

/** Keys a query page may hold; the documented maximum. */
const PAGE = 100;

/**
 * Forge storage over the REST paths that a remote may call with the app's system token
 * (`platform/forge/remote/accessing-storage`). Every answer becomes a named outcome; nothing is retried here.
 */
export class RestCarrier implements QueryCarrier {
  readonly #options: Required<RestCarrierOptions>;

  constructor(options: RestCarrierOptions) {
    this.#options = { timeoutMs: 20_000, fetch, ...options };
  }

  async get(item: ItemKey): Promise<Reply<{ value: unknown } | undefined>> {
    const path = item.entity === undefined ? '/v1/get' : '/v1/entity/get';
    const reply = await this.#call(path, itemKeyJson(item), itemBody);
    if (reply.kind === 'refused' && reply.code === 'KEY_NOT_FOUND') {
      return { kind: 'ok', value: undefined };
    }
    return reply;
  }

  async getMany(items: readonly ItemKey[]): Promise<Reply<Batch>> {
    const body = `[${items.map(itemKeyJson).join(',')}]`;
    const reply = await this.#call('/v1/batch/get', body, batchBody);
    if (reply.kind !== 'ok') return reply;
    const missing: ItemKey[] = [];
    const failed: ItemKey[] = [];
    for (const entry of reply.value.failedKeys) {
      (entry.error.code === 'KEY_NOT_FOUND' ? missing : failed).push(itemKeyOf(entry));
    }
    const found = reply.value.successfulKeys.map((e) => ({ ...itemKeyOf(e), value: e.value }));
    return { kind: 'ok', value: { found, missing, failed } };
  }

  async create(item: ItemKey, value: object): Promise<Reply<{ created: boolean }>> {
    const path = item.entity === undefined ? '/v1/set' : '/v1/entity/set';
    const entity = item.entity === undefined ? {} : { entityName: item.entity };
    const options = { keyPolicy: 'FAIL_IF_EXISTS' };
    const body = JSON.stringify({ key: item.key, value, ...entity, options });
    const reply = await this.#call(path, body, undefined);
    if (reply.kind === 'refused' && reply.code === 'KEY_CONFLICT') {
      return { kind: 'ok', value: { created: false } };
    }
    return reply.kind === 'ok' ? { kind: 'ok', value: { created: true } } : reply;
  }

  async transact(transaction: Parameters<ForgeCarrier['transact']>[0]): Promise<Reply<void>> {
    const reply = await this.#call('/v1/transaction', transactionBody(transaction), undefined);
    return reply.kind === 'ok' ? { kind: 'ok', value: undefined } : reply;
  }

  async scan(
    entity: string | undefined,
    cursor: string | undefined,
    { prefix, limit = PAGE }: ScanOptions = {},
  ): Promise<Reply<Page>> {
    const where = [{ property: 'key', condition: 'BEGINS_WITH', values: [prefix] }];
    const [path, body] =
      entity === undefined
        ? [
            '/v1/query',
            {
              limit,
              ...(cursor === undefined ? {} : { after: cursor }),
              ...(prefix === undefined ? {} : { where }),
            },
          ]
        : [
            '/v1/entity/query',
            {
              ...{ entityName: entity, indexName: 'by-key', limit },
              ...(cursor === undefined ? {} : { cursor }),
            },
          ];
    const reply = await this.#call(path, JSON.stringify(body), pageBody);
    if (reply.kind !== 'ok') return reply;
    const items = reply.value.data.map((e) => ({ key: e.key, entity, value: e.value }));
    return { kind: 'ok', value: { items, cursor: reply.value.cursor } };
  }

  async query({ entity, index, partition, cursor }: IndexQuery): Promise<Reply<Page>> {
    const body = {
      ...{ entityName: entity, indexName: index, partition, limit: PAGE },
      ...(cursor === undefined ? {} : { cursor }),
    };
    const reply = await this.#call('/v1/entity/query', JSON.stringify(body), pageBody);
    if (reply.kind !== 'ok') return reply;
    const items = reply.value.data.map((e) => ({ key: e.key, entity, value: e.value }));
    return { kind: 'ok', value: { items, cursor: reply.value.cursor } };
  }

  async #call<T>(path: string, body: string, schema: z.ZodType<T> | undefined): Promise<Reply<T>> {
    const token = await this.#options.token();
    if (token === undefined) return { kind: 'unauthorized', status: 401 };
    let response: Response;
    let text: string;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.#options.timeoutMs);
    try {
      response = await this.#options.fetch(this.#options.baseUrl + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
        redirect: 'error',
        signal: stop.signal,
      });
      text = await response.text();
    } catch (cause) {
      return { kind: 'unknown', cause };
    } finally {
      clearTimeout(timer);
    }
    if (!response.ok) return troubleOfAnswer(response.status, text);
    if (schema === undefined) return { kind: 'ok', value: undefined as T };
    const parsed = schema.safeParse(parseJson(text));
    return parsed.success
      ? { kind: 'ok', value: parsed.data }
      : { kind: 'unknown', cause: parsed.error };
  }
}

function troubleOfAnswer(status: number, text: string): Trouble {
  const parsed = errorBody.safeParse(parseJson(text));
  const { code, message } = parsed.success ? parsed.data : { code: 'UNKNOWN_ERROR', message: '' };
  return troubleOf(status, code, message);
}

function itemKeyOf(entry: { key: string; entityName?: string | undefined }): ItemKey {
  return { key: entry.key, entity: entry.entityName };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
