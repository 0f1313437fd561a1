import type { List, Template } from '../checklist/index.ts';

/** What the app told its users was saved: the last answer about each list. Kept apart from everything under test. */
export class Saved {
  readonly #lists = new Map<string, { issueId: string; list: List | undefined }>();
  readonly #templates = new Map<string, Template>();
  /** Requests the app answered with success, seeding included. */
  acknowledged = 0;
  /** Requests it answered otherwise. */
  refused = 0;

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

  get size(): number {
    return this.#lists.size;
  }

  /** Lists that must be there, and ids of those that must not. */
  present(): List[] {
    return [...this.#lists.values()].flatMap(({ list }) => (list === undefined ? [] : [list]));
  }

  gone(): string[] {
    return [...this.#lists].filter(([, { list }]) => list === undefined).map(([id]) => id);
  }
}
