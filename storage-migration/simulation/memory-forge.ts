/** A body as the wire has it; only what the layer sends. */
interface WireKey {
  readonly key: string;
  readonly entityName?: string;
}
interface WireSet extends WireKey {
  readonly value: unknown;
  readonly conditions?: {
    readonly and: readonly { readonly property: string; readonly values: readonly unknown[] }[];
  };
}

export interface WireAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** Forge storage by its wire: an operation's path behind `/v1`, its body as text. */
export type HandleWire = (operation: string, body: string) => Promise<WireAnswer>;

interface Item {
  readonly value: unknown;
  /** What it was before, while a lagging batch may still show that; undefined: it did not exist. */
  readonly before: unknown;
  readonly changed: number;
}

/** How long a lagging batch may show the version before. */
const LAG_MS = 5_000;

export interface MemoryForgeOptions {
  readonly now: () => number;
  /** Whether a batch read is behind for this item. */
  readonly isBehind: () => boolean;
}

/**
 * Forge storage in memory, for volume: single and batch reads, creation, transactions with conditions. Written apart from
 * the local site's store, which the same runs also use; only what the layer calls is there, everything else answers 501.
 */
export function memoryForge({ now, isBehind }: MemoryForgeOptions): HandleWire {
  const items = new Map<string, Item>();
  const place = ({ key, entityName = '' }: WireKey): string => `${entityName} ${key}`;
  const read = (at: WireKey): unknown => items.get(place(at))?.value;
  const write = (at: WireKey, value: unknown): void => {
    items.set(place(at), { value, before: read(at), changed: now() });
  };

  const get = (at: WireKey): WireAnswer => {
    const value = read(at);
    return value === undefined ? error(404, 'KEY_NOT_FOUND') : ok({ key: at.key, value });
  };
  const getMany = (keys: readonly WireKey[]): WireAnswer => {
    const successfulKeys: unknown[] = [];
    const failedKeys: unknown[] = [];
    for (const at of keys) {
      const item = items.get(place(at));
      const mayLag = item !== undefined && now() - item.changed < LAG_MS;
      const value = mayLag && isBehind() ? item.before : item?.value;
      if (value === undefined) failedKeys.push({ ...at, error: { code: 'KEY_NOT_FOUND' } });
      else successfulKeys.push({ ...at, value });
    }
    return ok({ successfulKeys, failedKeys });
  };
  const set = (body: WireSet & { options?: { keyPolicy?: string } }): WireAnswer => {
    if (body.options?.keyPolicy === 'FAIL_IF_EXISTS' && read(body) !== undefined) {
      return error(409, 'KEY_CONFLICT');
    }
    write(body, body.value);
    return { status: 204 };
  };
  const transaction = (body: {
    readonly set?: readonly WireSet[];
    readonly delete?: readonly WireKey[];
  }): WireAnswer => {
    const sets = body.set ?? [];
    const deletes = body.delete ?? [];
    const places = [...sets, ...deletes].map(place);
    if (places.length > 25) return error(422, 'UNPROCESSABLE_ENTITY');
    if (new Set(places).size < places.length) return error(400, 'KEY_DUPLICATION_ERROR');
    const holds = sets.every(({ conditions, ...at }) =>
      (conditions?.and ?? []).every(({ property, values }) => {
        const stored = read(at) as Readonly<Record<string, unknown>> | undefined;
        return stored?.[property] === values[0];
      }),
    );
    if (!holds) return error(400, 'CONDITIONAL_CHECK_FAILED');
    for (const one of sets) write(one, one.value);
    for (const one of deletes) write(one, undefined);
    return { status: 204 };
  };

  /** Lags as a batch does, one item at a time. The cursor is the last key. */
  const query = (body: {
    readonly limit: number;
    readonly after?: string;
    readonly where?: readonly { readonly values: readonly string[] }[];
  }): WireAnswer => {
    const prefix = body.where?.[0]?.values[0] ?? '';
    const data: { key: string; value: unknown }[] = [];
    for (const [name, item] of [...items].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const key = name.slice(1);
      if (!name.startsWith(` ${prefix}`) || key <= (body.after ?? '')) continue;
      const mayLag = now() - item.changed < LAG_MS;
      const value = mayLag && isBehind() ? item.before : item.value;
      if (value !== undefined) data.push({ key, value });
      if (data.length === body.limit) break;
    }
    const last = data.length === body.limit ? data.at(-1) : undefined;
    return ok({ data, ...(last === undefined ? {} : { cursor: last.key }) });
  };

  return (operation, text) => {
    const body: unknown = JSON.parse(text);
    switch (operation) {
      case '/get':
      case '/entity/get':
        return Promise.resolve(get(body as WireKey));
      case '/batch/get':
        return Promise.resolve(getMany(body as WireKey[]));
      case '/set':
      case '/entity/set':
        return Promise.resolve(set(body as WireSet));
      case '/query':
        return Promise.resolve(query(body as Parameters<typeof query>[0]));
      case '/transaction':
        return Promise.resolve(transaction(body as object));
      default:
        return Promise.resolve(error(501, 'NOT_MODELLED'));
    }
  };
}

function ok(body: unknown): WireAnswer {
  return { status: 200, body };
}

function error(status: number, code: string): WireAnswer {
  return { status, body: { code, message: code } };
}
