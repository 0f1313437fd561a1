import type { List } from '../../../checklist/index.ts';
import { ownItemId } from '../../../checklist/index.ts';

/**
 * The page shows a new item at once, under an id it minted; it is kept under another one (see `ownItemId`). This translates
 * between the two, so that to the page an item keeps its id as long as the page lives.
 */
export class PageIds {
  readonly #kept = new Map<string, string>();
  readonly #minted = new Map<string, string>();

  /** Notes that the page is about to add an item. */
  async note(listId: string, minted: string): Promise<void> {
    const kept = await ownItemId(listId, minted);
    this.#kept.set(minted, kept);
    this.#minted.set(kept, minted);
  }

  /** The id under which an item is kept. */
  kept(id: string): string {
    return this.#kept.get(id) ?? id;
  }

  /** A list as the page knows it. */
  seen(list: List): List {
    const items = list.items.map((item) => ({
      ...item,
      id: this.#minted.get(item.id) ?? item.id,
    }));
    return { ...list, items };
  }
}
