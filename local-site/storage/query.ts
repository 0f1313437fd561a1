import type { Call, Engine, Reply } from './engine.ts';
import { StorageError } from './errors.ts';
import type { Item } from './items.ts';
import { endOfPrefix, firstAfter } from './keys.ts';
import { answerPage, pageLimit } from './page.ts';
import type { Found } from './found.ts';
import { parseBody, queryBody } from './wire.ts';

/** Plain keys in lexicographic order, all of them or those with a prefix. Lags behind the truth. */
export function query(engine: Engine, call: Call): Reply {
  const { limit, after, where, options } = parseBody(queryBody, call.body);
  const prefix = prefixOf(where ?? []);
  const to = endOfPrefix(prefix);
  return answerPage(engine, call, {
    parameters: ['plain', prefix],
    cursor: after,
    limit: pageLimit(limit, 'LIST_QUERY_LIMIT_EXCEEDED'),
    metadataFields: options?.metadataFields,
    fetch: (position, count) => {
      const from = position ? firstAfter(position.key) : prefix;
      return engine.items
        .scan(call.tenant.spaces.plain, { from, to, limit: count }, call.now)
        .map(foundByKey);
    },
  });
}

export function foundByKey(item: Item): Found {
  return { item, position: { key: item.key } };
}

/** One condition, `BEGINS_WITH` on the key, or none: there is no range and no greater-than on plain keys [doc]. */
function prefixOf(
  where: readonly { property: string; condition: string; values: readonly unknown[] }[],
): string {
  const [only] = where;
  if (!only) return '';
  if (where.length > 1 || only.condition !== 'BEGINS_WITH') {
    throw new StorageError('QUERY_WHERE_INVALID');
  }
  if (only.property !== 'key') throw new StorageError('QUERY_WHERE_FIELD_INVALID');
  const [prefix] = only.values;
  if (typeof prefix !== 'string' || only.values.length !== 1) {
    throw new StorageError('INVALID_FILTER_VALUES');
  }
  return prefix;
}
