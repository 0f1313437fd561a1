import type { Position } from './cursor.ts';
import type { Item } from './items.ts';

/** An item with its place in the order of the query. */
export interface Found {
  readonly item: Item;
  readonly position: Position;
}
