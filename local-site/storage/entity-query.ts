import { readBounds } from './bounds.ts';
import type { Bounds } from './bounds.ts';
import type { Position } from './cursor.ts';
import { spaceFor } from './engine.ts';
import type { Call, Engine, Reply } from './engine.ts';
import { BY_KEY, isRecord } from './entity-spec.ts';
import type { EntitySpec, IndexSpec } from './entity-spec.ts';
import { fitsType } from './entity-value.ts';
import { StorageError } from './errors.ts';
import { passes, readFilter } from './filters.ts';
import type { Filter } from './filters.ts';
import type { Item, Scan } from './items.ts';
import { endOfPrefix, firstAfter } from './keys.ts';
import { answerPage, pageLimit } from './page.ts';
import type { Found } from './found.ts';
import { foundByKey } from './query.ts';
import type { Space } from './spaces.ts';
import { entityQueryBody, parseBody } from './wire.ts';

/**
 * Items of one entity by an index, in the order of its range attribute; `by-key` in key order. Lags behind the truth.
 * Filters run over the page after it has been cut, so a page can be empty and still carry a cursor [doc].
 */
export function entityQuery(engine: Engine, call: Call): Reply {
  const body = parseBody(entityQueryBody, call.body);
  const space = spaceFor(engine, call.tenant, body.entityName);
  const { spec } = space;
  if (!spec) throw new StorageError('SCHEMA_NOT_FOUND');
  const limit = pageLimit(body.limit, 'COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE');
  const ranges = body.range ? 1 : 0;
  const filter = body.filters ? readFilter(body.filters, spec, ranges) : undefined;
  const descending = body.sort === 'DESC';
  const partition = body.partition ?? [];
  const { entityName, indexName, range, filters } = body;
  const page = {
    parameters: [entityName, indexName, partition, range, filters, descending],
    cursor: body.cursor,
    limit,
    metadataFields: body.options?.metadataFields,
    ...(filter ? { keep: keeper(filter) } : {}),
  };
  if (indexName === BY_KEY) {
    const bounds = keyBounds(engine, partition, range);
    return answerPage(engine, call, {
      ...page,
      fetch: (after, count) => byKey(engine, call, space, bounds, descending, after, count),
    });
  }
  const index = indexOf(spec, indexName);
  const part = partOf(spec, index, partition);
  const bounds = readBounds(range, typeOf(spec, index.range));
  return answerPage(engine, call, {
    ...page,
    indexValue: `${space.id} ${index.name} ${part}`,
    fetch: (after, count) =>
      engine.indexScan.scan(
        space,
        { index, part, bounds, descending, after, limit: count },
        call.now,
      ),
  });
}

function keeper(filter: Filter): (item: Item) => boolean {
  return (item) => {
    const value: unknown = JSON.parse(item.value);
    return isRecord(value) && passes(filter, value);
  };
}

function indexOf(spec: EntitySpec, name: string): IndexSpec {
  const index = spec.indexes.get(name);
  if (index) return index;
  throw new StorageError('INVALID_ENTITY_INDEX', {
    message: `Entity "${spec.name}" declares no index "${name}"`,
  });
}

/** All partition values must be given, in declared order, each of its attribute's type [doc]. */
function partOf(spec: EntitySpec, index: IndexSpec, partition: readonly unknown[]): string {
  const fits =
    partition.length === index.partition.length &&
    index.partition.every((name, at) => fitsType(typeOf(spec, name), partition[at]));
  if (fits) return JSON.stringify(partition);
  throw new StorageError('INVALID_ENTITY_INDEX', {
    message: `Index "${index.name}" needs the partition values ${JSON.stringify(index.partition)}`,
  });
}

function typeOf(spec: EntitySpec, attribute: string): 'string' | 'integer' | 'float' | 'boolean' {
  const type = spec.attributes.get(attribute);
  if (type === undefined || type === 'any') throw new StorageError('INVALID_ENTITY_INDEX');
  return type;
}

function keyBounds(
  engine: Engine,
  partition: readonly unknown[],
  range: { condition: string; values: readonly unknown[] } | undefined,
): Bounds {
  if (partition.length > 0) {
    throw new StorageError('INVALID_ENTITY_INDEX', { message: 'by-key has no partition' });
  }
  if (range && !engine.switches.byKeyRangeQuery) {
    throw new StorageError('QUERY_WHERE_INVALID', { message: 'by-key takes no range condition' });
  }
  return readBounds(range, 'string');
}

function byKey(
  engine: Engine,
  call: Call,
  space: Space,
  { low, lowOpen, high, highOpen }: Bounds,
  descending: boolean,
  after: Position | undefined,
  limit: number,
): Found[] {
  const scan: Scan = {
    from: lowOpen ? firstAfter(String(low)) : String(low),
    to: highOpen || high === endOfPrefix('') ? String(high) : firstAfter(String(high)),
    limit,
    descending,
  };
  const rest = after && (descending ? { to: after.key } : { from: firstAfter(after.key) });
  return engine.items.scan(space, { ...scan, ...rest }, call.now).map(foundByKey);
}
