import type { DemoIssue } from '../site/site-doors.ts';
import { Ledger } from './ledger.ts';
import { Saved, type SavedEntry } from './saved.ts';

/** An issue of the seeder and the list that it was to get. */
export interface SeedEntry {
  readonly index: number;
  readonly issue: DemoIssue;
  readonly listId: string;
}

type Entry =
  | SavedEntry
  | { readonly kind: 'seed'; readonly seed: SeedEntry }
  | { readonly kind: 'killed'; readonly name: string }
  | { readonly kind: 'step'; readonly name: string; readonly value: unknown };

/**
 * What has happened in a run so far, in a file: what the app has acknowledged, which steps are done and what came of them. A run
 * whose process was killed goes on from here.
 */
export class RunBook {
  readonly saved: Saved;
  /** How often each process was killed on purpose. */
  readonly killed = new Map<string, number>();
  /** Whether an earlier process has written into the file. */
  readonly isResumed: boolean;
  readonly #ledger: Ledger;
  readonly #steps = new Map<string, unknown>();
  readonly #seeds: SeedEntry[] = [];

  constructor(path: string) {
    this.#ledger = new Ledger(path);
    this.saved = new Saved(async (entry) => {
      this.#ledger.append(entry);
      // A request may be sent before this is on the disk: the machine's own death takes the request as well.
      if (entry.kind !== 'asks') await this.#ledger.durable();
    });
    this.isResumed = this.#ledger.earlier.length > 0;
    // Written by this class alone.
    for (const entry of this.#ledger.earlier) this.#apply(entry as Entry);
  }

  /** Does a step, or gives what came of it when it was done by an earlier process. What it gives must be JSON. */
  async once<T>(name: string, work: () => Promise<T> | T): Promise<T> {
    if (this.#steps.has(name)) return this.#steps.get(name) as T;
    const value = await work();
    await this.#note({ kind: 'step', name, value: value ?? null });
    return value;
  }

  isDone(name: string): boolean {
    return this.#steps.has(name);
  }

  /** Before the list of a seeded issue is made. */
  seeds(seed: SeedEntry): Promise<void> {
    return this.#note({ kind: 'seed', seed });
  }

  /** Seeded issues by index; the last attempt counts. */
  seeded(): ReadonlyMap<number, SeedEntry> {
    return new Map(this.#seeds.map((seed) => [seed.index, seed]));
  }

  issues(): readonly DemoIssue[] {
    return [...this.seeded().values()].map(({ issue }) => issue);
  }

  kills(name: string): Promise<void> {
    return this.#note({ kind: 'killed', name });
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }

  async #note(entry: Entry): Promise<void> {
    this.#ledger.append(entry);
    await this.#ledger.durable();
    this.#apply(entry);
  }

  #apply(entry: Entry): void {
    switch (entry.kind) {
      case 'seed':
        this.#seeds.push(entry.seed);
        return;
      case 'killed':
        this.killed.set(entry.name, (this.killed.get(entry.name) ?? 0) + 1);
        return;
      case 'step':
        this.#steps.set(entry.name, entry.value);
        return;
      case 'asks':
      case 'list':
      case 'deleted':
      case 'template':
      case 'refused':
      case 'open':
      case 'seen':
        this.saved.apply(entry);
    }
  }
}
