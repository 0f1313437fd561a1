import type { DatabaseSync } from 'node:sqlite';
import type { Bounds } from './bounds.ts';
import { isRecord } from './entity-spec.ts';
import type { IndexSpec } from './entity-spec.ts';
import { compareScalars } from './filters.ts';
import { indexEntryOf } from './index-entries.ts';
import type { RangeValue } from './index-entries.ts';
import type { Item } from './items.ts';
import { endOfPrefix } from './keys.ts';
import type { Found } from './page.ts';
import type { Position } from './cursor.ts';
import type { Space } from './spaces.ts';
import { Query } from './sqlite.ts';

export interface IndexRequest {
  readonly index: IndexSpec;
  /** JSON of the partition values. */
  readonly part: string;
  readonly bounds: Bounds;
  readonly descending: boolean;
  readonly after: Position | undefined;
  readonly limit: number;
}

type IndexedItem = Item & { readonly range_value: RangeValue };

/**
 * Reads a declared index as a lagging query sees it: entries of current items whose key has not changed lately come from
 * the file, the versions still to be seen of the others are few and are placed in memory.
 */
export class IndexScan {
  readonly #up: Query<IndexedItem>;
  readonly #down: Query<IndexedItem>;
  readonly #recent: Query<Item>;

  constructor(db: DatabaseSync) {
    this.#up = new Query(db, scanOf('>', 'asc'));
    this.#down = new Query(db, scanOf('<', 'desc'));
    this.#recent = new Query(
      db,
      `select key, value, created_at, updated_at, expires_at from recent
       where space = :space and until > :now and value is not null and (gone_at is null or gone_at > :now)
         and seq = (select min(r.seq) from recent r
                    where r.space = :space and r.key = recent.key and r.until > :now)`,
    );
  }

  scan(space: Space, request: IndexRequest, now: number): Found[] {
    const { index, part, bounds, descending, after, limit } = request;
    const start = {
      range: after?.range ?? (descending ? bounds.high : bounds.low),
      key: after?.key ?? (descending ? endOfPrefix('') : ''),
    };
    const settled = (descending ? this.#down : this.#up).allNamed({
      space: space.id,
      name: index.name,
      part,
      low: bounds.low,
      lowOpen: bounds.lowOpen ? 1 : 0,
      high: bounds.high,
      highOpen: bounds.highOpen ? 1 : 0,
      fromRange: start.range,
      fromKey: start.key,
      now,
      limit,
    });
    const found = settled.map((row): Found => foundAt(row, row.range_value));
    for (const item of this.#recent.allNamed({ space: space.id, now })) {
      const range = rangeIn(item, request);
      if (range === undefined) continue;
      const order = comparePositions({ key: item.key, range }, start);
      if (descending ? order < 0 : order > 0) found.push(foundAt(item, range));
    }
    if (found.length > settled.length) {
      const sign = descending ? -1 : 1;
      found.sort((one, other) => sign * comparePositions(one.position, other.position));
    }
    return found.slice(0, limit);
  }
}

function foundAt(
  { key, value, created_at, updated_at, expires_at }: Item,
  range: RangeValue,
): Found {
  return { item: { key, value, created_at, updated_at, expires_at }, position: { key, range } };
}

/** The range value of an item that lies within the request, or undefined. */
function rangeIn(item: Item, { index, part, bounds }: IndexRequest): RangeValue | undefined {
  const value: unknown = JSON.parse(item.value);
  const entry = isRecord(value) ? indexEntryOf(index, value) : undefined;
  if (entry?.part !== part) return undefined;
  const aboveLow = compareScalars(entry.range, bounds.low);
  const belowHigh = compareScalars(bounds.high, entry.range);
  const inside =
    (bounds.lowOpen ? aboveLow > 0 : aboveLow >= 0) &&
    (bounds.highOpen ? belowHigh > 0 : belowHigh >= 0);
  return inside ? entry.range : undefined;
}

function comparePositions(left: Position, right: Position): number {
  return compareScalars(left.range, right.range) || compareScalars(left.key, right.key);
}

function scanOf(beyond: '>' | '<', order: 'asc' | 'desc'): string {
  return `
    select i.key, i.value, i.created_at, i.updated_at, i.expires_at, x.range_value
    from index_entry x join item i on i.space = x.space and i.key = x.key
    where x.space = :space and x.name = :name and x.part = :part
      and x.range_value >= :low and x.range_value <= :high
      and (:lowOpen = 0 or x.range_value > :low) and (:highOpen = 0 or x.range_value < :high)
      and (x.range_value, x.key) ${beyond} (:fromRange, :fromKey)
      and (i.gone_at is null or i.gone_at > :now)
      and not exists (
        select 1 from recent r where r.space = :space and r.key = x.key and r.until > :now)
    order by x.range_value ${order}, x.key ${order} limit :limit`;
}
