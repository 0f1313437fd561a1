import type { List, Template } from '../../checklist/index.ts';

/** Something that the people of the demo asked or were told, as the ledger keeps it. */
export type SavedEntry =
  | { readonly kind: 'asks'; readonly ask: OpenAsk }
  | { readonly kind: 'list'; readonly list: List }
  | { readonly kind: 'deleted'; readonly issueId: string; readonly listId: string }
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'refused'; readonly listId: string; readonly answer: string }
  | { readonly kind: 'open'; readonly reason: string }
  | {
      readonly kind: 'seen';
      readonly issueId: string;
      readonly listId: string;
      readonly list: List | null;
      readonly lost: string | null;
    };

/** A request on its way: whether it is carried out is not known before there is an answer. */
export interface OpenAsk {
  readonly issueId: string;
  readonly listId: string;
  /** Whether the list may be away afterwards: it is being deleted, or made. */
  readonly mayBeGone: boolean;
}

/** A list as it is known. */
interface Known {
  readonly issueId: string;
  readonly list: List | undefined;
  /** Whether the app said so, or a look at it after a silence. */
  readonly from: 'answer' | 'look';
}

/** Writes an entry down; resolves when nothing can take it back. */
type Write = (entry: SavedEntry) => Promise<void>;

/**
 * What the app told its users was saved: the last answer about each list. Kept apart from everything under test. An answer counts
 * when it has been written down.
 */
export class Saved {
  readonly #write: Write;
  readonly #lists = new Map<string, Known>();
  readonly #templates = new Map<string, Template>();
  readonly #asks = new Map<string, OpenAsk>();
  /** Requests the app answered with success, seeding included. */
  acknowledged = 0;
  /** Requests it refused, by what it answered. */
  readonly refusals = new Map<string, number>();
  /** Requests of which nobody knows whether they were carried out, by the reason. */
  readonly open = new Map<string, number>();
  /** What was saved before and had changed, beyond the one change that was asked for, when the app answered again. */
  readonly lostInSilence: string[] = [];

  constructor(write: Write) {
    this.#write = write;
  }

  /** Before a request is sent. */
  asks(ask: OpenAsk): Promise<void> {
    return this.#note({ kind: 'asks', ask });
  }

  /** The app answered with this list. */
  list(list: List): Promise<void> {
    return this.#note({ kind: 'list', list });
  }

  template(template: Template): Promise<void> {
    return this.#note({ kind: 'template', template });
  }

  /** The app said that the list is deleted. */
  deleted(issueId: string, listId: string): Promise<void> {
    return this.#note({ kind: 'deleted', issueId, listId });
  }

  refuse(listId: string, answer: string): Promise<void> {
    return this.#note({ kind: 'refused', listId, answer });
  }

  leaveOpen(reason: string): Promise<void> {
    return this.#note({ kind: 'open', reason });
  }

  /**
   * What a list is after a request without an answer. The request may have changed, added, moved or taken away one item, or
   * the whole list where that was asked for; all other items have to be there as they were.
   */
  seenAfterSilence(before: List, found: List | undefined, mayBeGone: boolean): Promise<void> {
    return this.#note({
      kind: 'seen',
      issueId: before.issueId,
      listId: before.id,
      list: found ?? null,
      lost: lostOf(before, found, mayBeGone) ?? null,
    });
  }

  /** What an entry says. Reading the ledger again calls nothing else. */
  apply(entry: SavedEntry): void {
    switch (entry.kind) {
      case 'asks':
        this.#asks.set(entry.ask.listId, entry.ask);
        return;
      case 'list':
        this.acknowledged += 1;
        this.#set(entry.list.id, { issueId: entry.list.issueId, list: entry.list, from: 'answer' });
        return;
      case 'deleted':
        this.acknowledged += 1;
        this.#set(entry.listId, { issueId: entry.issueId, list: undefined, from: 'answer' });
        return;
      case 'template':
        this.acknowledged += 1;
        this.#templates.set(entry.template.id, entry.template);
        return;
      case 'refused':
        this.#asks.delete(entry.listId);
        this.refusals.set(entry.answer, (this.refusals.get(entry.answer) ?? 0) + 1);
        return;
      case 'open':
        this.open.set(entry.reason, (this.open.get(entry.reason) ?? 0) + 1);
        return;
      case 'seen':
        if (entry.lost !== null) this.lostInSilence.push(entry.lost);
        this.#set(entry.listId, {
          ...{ issueId: entry.issueId, list: entry.list ?? undefined, from: 'look' },
        });
    }
  }

  /** Requests without an answer of which nobody has looked yet what became of them. */
  openAsks(): readonly OpenAsk[] {
    return [...this.#asks.values()];
  }

  get parkedTooLong(): number {
    return [...this.open]
      .filter(([reason]) => reason.includes('handover_in_progress'))
      .reduce((sum, [, count]) => sum + count, 0);
  }

  /** Ids of the lists of all other issues. */
  elsewhereThan(issueIds: ReadonlySet<string>): ReadonlySet<string> {
    return new Set(
      [...this.#lists].filter(([, { issueId }]) => !issueIds.has(issueId)).map(([id]) => id),
    );
  }

  templates(): Template[] {
    return [...this.#templates.values()];
  }

  /** A list as it was saved last, if it was not deleted. */
  find(listId: string): List | undefined {
    return this.#lists.get(listId)?.list;
  }

  /** Whether the last word on a list was the app's answer, or a look at it after a silence. */
  knownFrom(listId: string): 'answer' | 'look' | undefined {
    return this.#lists.get(listId)?.from;
  }

  /** Lists that must be there, and ids of those that must not. */
  present(): List[] {
    return [...this.#lists.values()].flatMap(({ list }) => (list === undefined ? [] : [list]));
  }

  gone(): string[] {
    return [...this.#lists].filter(([, { list }]) => list === undefined).map(([id]) => id);
  }

  #set(listId: string, known: Known): void {
    this.#asks.delete(listId);
    this.#lists.set(listId, known);
  }

  async #note(entry: SavedEntry): Promise<void> {
    await this.#write(entry);
    this.apply(entry);
  }
}

function lostOf(before: List, found: List | undefined, mayBeGone: boolean): string | undefined {
  if (found === undefined) return mayBeGone ? undefined : `list ${before.id}`;
  const now = new Map(found.items.map((item) => [item.id, item]));
  const changed = before.items.filter((item) => {
    const same = now.get(item.id);
    return same?.text !== item.text || same.done !== item.done;
  });
  return changed.length > 1 ? `${changed.length} items of ${before.id}` : undefined;
}
