import type { List } from '../../checklist/index.ts';
import { byRank } from '../../checklist/index.ts';
import type { ListsHost } from '../hosts/host.ts';
import type { HostError } from '../hosts/host-error.ts';
import { asHostError } from '../hosts/host-error.ts';
import { Observable } from '../kit/observable.ts';

/** A change on its way: how the page looks at once, and how it is saved. */
export interface Change {
  /** Said when it fails: "The item was not added." */
  readonly failure: string;
  /** Pure; applied again over every answer until the change is saved or refused. */
  readonly preview: (lists: readonly List[]) => readonly List[];
  /** Sends it; resolves to how the answer changes the last known lists. */
  readonly send: () => Promise<(lists: readonly List[]) => readonly List[]>;
}

/** Something to tell the user once. */
export interface Notice {
  readonly tone: 'error' | 'information';
  readonly title: string;
  readonly text?: string;
  /** Shown inside this list, where the eye is, instead of above all. */
  readonly listId?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/**
 * What the panel shows. `known` null means the lists are not known: then it is loading or in error, and an empty checklist is never
 * shown in their place. `stale` means the lists are the last known ones, as of `asOf`, and could not be read again.
 */
export interface PanelState {
  readonly known: readonly List[] | null;
  readonly failure: HostError | null;
  readonly asOf: Date | null;
  readonly saving: boolean;
  readonly notice: Notice | null;
}

/**
 * The lists of one issue as the page knows them. Changes show at once and are sent one after the other, in order; one that is
 * refused disappears again with a notice, and what came after it is kept.
 */
export class PanelModel extends Observable<PanelState> {
  readonly #host: ListsHost;
  readonly #now: () => Date;
  #saved: readonly List[] | null = null;
  #changes: Change[] = [];
  #sending = false;
  #reading: Promise<void> | null = null;
  #revision = 0;

  constructor(host: ListsHost, now: () => Date) {
    super({ known: null, failure: null, asOf: null, saving: false, notice: null });
    this.#host = host;
    this.#now = now;
  }

  /** Reads the lists again. While changes are under way it waits for the next time. Never rejects. */
  async refresh(): Promise<void> {
    if (this.#sending) return;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  /** Shows a change at once and saves it in turn. Never rejects. */
  change(change: Change): void {
    this.#changes = [...this.#changes, change];
    this.set({ notice: null });
    this.#show();
    if (!this.#sending) void this.#sendAll();
  }

  notify(notice: Notice | null): void {
    this.set({ notice });
  }

  async #read(): Promise<void> {
    const revision = this.#revision;
    try {
      const lists = await this.#host.lists();
      // A change was saved meanwhile: this answer may be older than it.
      if (revision !== this.#revision) return;
      this.#accept(lists);
    } catch (error) {
      this.set({ failure: asHostError(error) });
    }
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    let behind = false;
    for (let next = this.#changes[0]; next !== undefined; next = this.#changes[0]) {
      try {
        const merge = await next.send();
        this.#revision += 1;
        this.#changes = this.#changes.slice(1);
        this.#accept(merge(this.#saved ?? []));
      } catch (thrown) {
        behind = true;
        this.#refused(asHostError(thrown), next.failure);
      }
    }
    this.#sending = false;
    this.#show();
    if (behind) await this.refresh();
  }

  /**
   * Takes back the first change, or all of them when nothing can be saved now, because later ones may build on it; those can be tried
   * again. An id that is taken is one we made: an earlier try arrived and its answer was lost, so there is nothing to tell.
   */
  #refused(error: HostError, failure: string): void {
    const lost = this.#changes.slice(0, error.isPassing ? this.#changes.length : 1);
    this.#changes = this.#changes.slice(lost.length);
    this.#show();
    if (error.code === 'id_taken') return;
    const retry = (): void => lost.forEach((change) => this.change(change));
    this.set({
      notice: {
        tone: 'error',
        title: lost.length > 1 ? `Your last ${lost.length} changes were not saved.` : failure,
        text: error.isPassing ? error.message : `${error.message} ${error.next}`,
        ...(error.isPassing ? { action: { label: 'Try again', run: retry } } : {}),
      },
    });
  }

  #accept(lists: readonly List[]): void {
    this.#saved = [...lists].sort(byRank);
    this.set({ failure: null, asOf: this.#now() });
    this.#show();
  }

  #show(): void {
    const known =
      this.#saved && this.#changes.reduce((lists, { preview }) => preview(lists), this.#saved);
    this.set({ known, saving: this.#changes.length > 0 });
  }
}
