import { notFound } from './errors.ts';
import type { RankChange } from './rank.ts';
import { byRank } from './rank.ts';
import type { ItemPatch, ListPatch } from './store.ts';
import type { List, ListItem } from './wire.ts';

/** Pure pictures of what the row-level writes make of a list, so that an answer needs no second read. */
export function withPatch(list: List, patch: ListPatch): List {
  return { ...list, ...patch };
}

export function withItem(list: List, item: ListItem): List {
  return { ...list, items: [...list.items, item].sort(byRank) };
}

export function withoutItem(list: List, itemId: string): List {
  return { ...list, items: list.items.filter((item) => item.id !== itemId) };
}

export function withItemPatch(list: List, itemId: string, patch: ItemPatch): List {
  const items = list.items.map((item) => (item.id === itemId ? { ...item, ...patch } : item));
  return { ...list, items: items.sort(byRank) };
}

export function withItemRanks(list: List, changes: readonly RankChange[]): List {
  return changes.reduce<List>((now, { id, rank }) => withItemPatch(now, id, { rank }), list);
}

/** The item, or `not_found`. */
export function itemOf(list: List, itemId: string): ListItem {
  const item = list.items.find(({ id }) => id === itemId);
  if (!item) throw notFound('item');
  return item;
}
