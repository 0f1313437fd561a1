import type { List, Template } from '../../checklist/index.ts';

/** What the app told its users was saved: the last answer about each list. Kept apart from everything under test. */
export class Saved {
  readonly #lists = new Map<string, { issueId: string; list: List | undefined }>();
  readonly #templates = new Map<string, Template>();
  /** Requests the app answered with success, seeding included. */
  acknowledged = 0;
  /** Requests it refused, by what it answered. */
  readonly refusals = new Map<string, number>();
  /** Requests of which nobody knows whether they were carried out, by the reason. */
  readonly open = new Map<string, number>();
  /** What was saved before and had changed, beyond the one change that was asked for, when the app answered again. */
  readonly lostInSilence: string[] = [];

  /** The app answered with this list. */
  list(list: List): void {
    this.acknowledged += 1;
    this.#lists.set(list.id, { issueId: list.issueId, list });
  }

  template(template: Template): void {
    this.acknowledged += 1;
    this.#templates.set(template.id, template);
  }

  templates(): Template[] {
    return [...this.#templates.values()];
  }

  /** The app said that the list is deleted. */
  deleted(issueId: string, listId: string): void {
    this.acknowledged += 1;
    this.#lists.set(listId, { issueId, list: undefined });
  }

  refuse(answer: string): void {
    this.refusals.set(answer, (this.refusals.get(answer) ?? 0) + 1);
  }

  get parkedTooLong(): number {
    return [...this.open]
      .filter(([reason]) => reason.includes('handover_in_progress'))
      .reduce((sum, [, count]) => sum + count, 0);
  }

  leaveOpen(reason: string): void {
    this.open.set(reason, (this.open.get(reason) ?? 0) + 1);
  }

  /**
   * What a list is after a request without an answer. The request may have changed, added, moved or taken away one item, or
   * the whole list where that was asked for; all other items have to be there as they were.
   */
  seenAfterSilence(
    issueId: string,
    before: List,
    found: List | undefined,
    mayBeGone: boolean,
  ): void {
    if (found === undefined) {
      if (!mayBeGone) this.lostInSilence.push(`list ${before.id}`);
    } else {
      const now = new Map(found.items.map((item) => [item.id, item]));
      const changed = before.items.filter((item) => {
        const same = now.get(item.id);
        return same?.text !== item.text || same.done !== item.done;
      });
      if (changed.length > 1) this.lostInSilence.push(`${changed.length} items of ${before.id}`);
    }
    this.#lists.set(before.id, { issueId, list: found });
  }

  /** Ids of the lists of all other issues. */
  elsewhereThan(issueIds: ReadonlySet<string>): ReadonlySet<string> {
    return new Set(
      [...this.#lists].filter(([, { issueId }]) => !issueIds.has(issueId)).map(([id]) => id),
    );
  }

  /** Lists that must be there, and ids of those that must not. */
  present(): List[] {
    return [...this.#lists.values()].flatMap(({ list }) => (list === undefined ? [] : [list]));
  }

  gone(): string[] {
    return [...this.#lists].filter(([, { list }]) => list === undefined).map(([id]) => id);
  }
}
