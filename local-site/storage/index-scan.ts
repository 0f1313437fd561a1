import type { DatabaseSync } from 'node:sqlite';
import type { Bounds } from './bounds.ts';
import type { Position } from './cursor.ts';
import type { IndexSpec } from './entity-spec.ts';
import type { RangeValue } from './index-entries.ts';
import { ALIVE, ITEM_COLUMNS } from './items.ts';
import type { Item } from './items.ts';
import { endOfPrefix } from './keys.ts';
import type { Found } from './found.ts';
import type { Seen } from './seen.ts';
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

/** Sorts before every key, and behind every key. */
const FIRST = '';
const LAST = endOfPrefix('');

/** Reads a declared index as a lagging query sees it, in the order of range value and key. */
export class IndexScan {
  readonly #seen: Seen;
  readonly #up: Query<IndexedItem>;
  readonly #down: Query<IndexedItem>;

  constructor(db: DatabaseSync, seen: Seen) {
    this.#seen = seen;
    this.#up = new Query(db, scanOf('asc'));
    this.#down = new Query(db, scanOf('desc'));
  }

  scan(space: Space, request: IndexRequest, now: number): Found[] {
    this.#seen.settle(now);
    const { index, part, bounds, descending, after, limit } = request;
    let low: Position = { range: bounds.low, key: bounds.lowOpen ? LAST : FIRST };
    let high: Position = { range: bounds.high, key: bounds.highOpen ? FIRST : LAST };
    if (after && descending) high = after;
    else if (after) low = after;
    const rows = (descending ? this.#down : this.#up).allNamed({
      space: space.id,
      name: index.name,
      part,
      lowRange: low.range ?? bounds.low,
      lowKey: low.key,
      highRange: high.range ?? bounds.high,
      highKey: high.key,
      now,
      limit,
    });
    return rows.map(({ range_value: range, ...item }) => ({
      item,
      position: { key: item.key, range },
    }));
  }
}

function scanOf(order: 'asc' | 'desc'): string {
  return `
    select ${ITEM_COLUMNS}, x.range_value
    from index_entry x cross join version v on v.id = x.version
    where x.space = :space and x.name = :name and x.part = :part
      and (x.range_value, x.key) > (:lowRange, :lowKey) and (x.range_value, x.key) < (:highRange, :highKey)
      and ${ALIVE}
    order by x.range_value ${order}, x.key ${order} limit :limit`;
}
