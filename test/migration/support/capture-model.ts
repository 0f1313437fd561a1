/** A statement on one of some lists and items; `update items` changes all items of a list at once. */
export interface Statement {
  readonly what:
    | 'insert list'
    | 'update list'
    | 'delete list'
    | 'insert item'
    | 'update item'
    | 'update items'
    | 'move item'
    | 'delete item';
  readonly list: number;
  readonly item: number;
}

interface State {
  readonly lists: ReadonlySet<number>;
  /** Which list an item belongs to. */
  readonly items: ReadonlyMap<number, number>;
  /** Lists that the open transaction has changed. */
  readonly touched: ReadonlySet<number>;
}

interface Version {
  readonly epoch: number;
  readonly n: number;
  readonly deleted: boolean;
  readonly isDirty: boolean;
}

/**
 * What the capture triggers have to do, told in the plainest way: remember which lists a transaction changed, and give each of
 * them one version when it commits.
 */
export class CaptureModel {
  readonly lists: readonly string[];
  readonly items: readonly string[];
  /** The gate's. */
  epoch = 1;
  #committed: State = { lists: new Set(), items: new Map(), touched: new Set() };
  #now = this.#committed;
  #savepoints: State[] = [];
  readonly #versions = new Map<number, Version>();

  constructor(lists: readonly string[], items: readonly string[]) {
    this.lists = lists;
    this.items = items;
  }

  begin(): void {
    this.#now = this.#committed;
    this.#savepoints = [];
  }

  savepoint(): void {
    this.#savepoints.push(this.#now);
  }

  /** To the innermost savepoint, which ends with it. False when there is none. */
  rollBack(): boolean {
    const state = this.#savepoints.pop();
    if (state === undefined) return false;
    this.#now = state;
    return true;
  }

  /** False when the statement would be refused: it is then not to be executed. */
  apply({ what, list, item }: Statement): boolean {
    const lists = new Set(this.#now.lists);
    const items = new Map(this.#now.items);
    const touched = new Set(this.#now.touched);
    const of = items.get(item);
    switch (what) {
      case 'insert list':
        if (lists.has(list)) return false;
        lists.add(list);
        touched.add(list);
        break;
      case 'update list':
        if (lists.has(list)) touched.add(list);
        break;
      case 'delete list':
        if (lists.delete(list)) touched.add(list);
        for (const [each, owner] of items) if (owner === list) items.delete(each);
        break;
      case 'insert item':
        if (of !== undefined || !lists.has(list)) return false;
        items.set(item, list);
        touched.add(list);
        break;
      case 'update item':
        if (of !== undefined) touched.add(of);
        break;
      case 'update items':
        if ([...items.values()].includes(list)) touched.add(list);
        break;
      case 'move item':
        if (!lists.has(list)) return false;
        if (of === undefined) break;
        items.set(item, list);
        touched.add(of).add(list);
        break;
      case 'delete item':
        if (items.delete(item) && of !== undefined) touched.add(of);
    }
    this.#now = { lists, items, touched };
    return true;
  }

  end(how: 'commit' | 'rollback'): void {
    if (how === 'rollback') return;
    for (const list of this.#now.touched) {
      const n = (this.#versions.get(list)?.n ?? 0) + 1;
      const deleted = !this.#now.lists.has(list);
      this.#versions.set(list, { epoch: this.epoch, n, deleted, isDirty: true });
    }
    this.#committed = { ...this.#now, touched: new Set() };
  }

  /** Everything that was to be sent has been. */
  acknowledged(): void {
    for (const [list, version] of this.#versions) {
      this.#versions.set(list, { ...version, isDirty: false });
    }
  }

  /** The rows of `mig_ver` beside those of `mig_dirty`, by key. */
  expected(): unknown {
    return [...this.#versions]
      .map(([list, { epoch, n, deleted, isDirty }]) => ({
        ...{ key: `list:${this.lists[list] ?? ''}`, epoch, n, deleted },
        ...{ sendEpoch: isDirty ? epoch : null, sendN: isDirty ? n : null },
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}
