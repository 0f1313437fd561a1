import type { IssueRecord } from './issue-record.ts';
import type { JiraStore } from './jira-store.ts';
import type { SiteDocument } from './site-document.ts';

/**
 * What has changed on a site and is not in the store yet. It is written when the current turn of the event loop is over, all of
 * it in one transaction. Without a store nothing is remembered.
 */
export class Unsaved {
  readonly #store: JiraStore | undefined;
  readonly #cloudId: string;
  readonly #document: () => SiteDocument;
  readonly #issues = new Set<IssueRecord>();
  readonly #gone = new Set<string>();
  #anything = false;
  #waiting = false;

  constructor(store: JiraStore | undefined, cloudId: string, document: () => SiteDocument) {
    this.#store = store;
    this.#cloudId = cloudId;
    this.#document = document;
  }

  changed(): void {
    if (this.#store === undefined) return;
    this.#anything = true;
    if (this.#waiting) return;
    this.#waiting = true;
    queueMicrotask(() => {
      this.#waiting = false;
      this.flush();
    });
  }

  changedIssue(issue: IssueRecord): void {
    if (this.#store !== undefined) {
      this.#issues.add(issue);
      this.#gone.delete(issue.id);
    }
    this.changed();
  }

  goneIssue(issue: IssueRecord): void {
    this.#issues.delete(issue);
    if (this.#store !== undefined) this.#gone.add(issue.id);
    this.changed();
  }

  flush(): void {
    if (!this.#anything) return;
    const issues = [...this.#issues].map((issue) => issue.toRow());
    const changes = { document: this.#document(), issues, gone: [...this.#gone] };
    this.#anything = false;
    this.#issues.clear();
    this.#gone.clear();
    this.#store?.save(this.#cloudId, changes);
  }
}
