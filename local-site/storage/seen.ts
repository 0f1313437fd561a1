import type { DatabaseSync } from 'node:sqlite';
import type { IndexEntries } from './index-entries.ts';
import type { Atomic } from './sqlite.ts';
import { Query } from './sqlite.ts';

/** A state of a key: a version, or null for "not there". */
export interface State {
  readonly version: number | null;
  /** When queries see it; 0: they do. */
  readonly visible_at: number;
}

interface Change {
  readonly due: number;
  readonly space: number;
  readonly key: string;
  readonly version: number | null;
  readonly entries: string | null;
}

/** Changes that queries learn of in one transaction of the file. */
const CHUNK = 2_000;

/**
 * What queries see, kept as tables of their own, so that a page costs what it holds, however much has changed lately. A
 * change waits in `pending` until its time has come; whoever reads calls `settle` first.
 */
export class Seen {
  readonly #atomic: Atomic;
  readonly #indexes: IndexEntries;
  readonly #drawLag: () => number;
  readonly #shown: Query<{ version: number; entries: string | null }>;
  readonly #show: Query<never>;
  readonly #hide: Query<never>;
  readonly #enqueue: Query<never>;
  readonly #retarget: Query<never>;
  readonly #due: Query<Change>;
  readonly #dueInSpace: Query<Change>;
  readonly #dequeue: Query<never>;
  readonly #dropVersion: Query<never>;
  readonly #dropTombstone: Query<never>;
  readonly #earliest: Query<{ due: number | null }>;
  /** No change is due before; may be too early, never too late. */
  #nextDue: number;

  /** `drawLag` gives the lag in milliseconds of each change. */
  constructor(db: DatabaseSync, atomic: Atomic, indexes: IndexEntries, drawLag: () => number) {
    this.#atomic = atomic;
    this.#indexes = indexes;
    this.#drawLag = drawLag;
    this.#shown = new Query(
      db,
      'select s.version, v.entries from seen s cross join version v on v.id = s.version where s.space = ? and s.key = ?',
    );
    this.#show = new Query(
      db,
      'insert or replace into seen (space, key, version) values (?, ?, ?)',
    );
    this.#hide = new Query(db, 'delete from seen where space = ? and key = ?');
    this.#enqueue = new Query(
      db,
      'insert into pending (due, space, key, version) values (?, ?, ?, ?)',
    );
    this.#retarget = new Query(
      db,
      'update pending set version = ? where due = ? and space = ? and key = ?',
    );
    const changes = `select p.due, p.space, p.key, p.version, v.entries
      from pending p left join version v on v.id = p.version`;
    const inOrder = 'order by p.due, p.space, p.key';
    this.#due = new Query(db, `${changes} where p.due <= ? ${inOrder} limit ${CHUNK}`);
    this.#dueInSpace = new Query(db, `${changes} where p.space = ? ${inOrder}`);
    this.#dequeue = new Query(db, 'delete from pending where due = ? and space = ? and key = ?');
    this.#dropVersion = new Query(db, 'delete from version where id = ?');
    this.#dropTombstone = new Query(
      db,
      'delete from current where space = ? and key = ? and version is null and visible_at = ?',
    );
    this.#earliest = new Query(db, 'select min(due) as due from pending');
    this.#nextDue = this.#earliest.get()?.due ?? Infinity;
  }

  /**
   * Takes note that a key goes from `before` to `next`, and returns when queries see it (0: at once). The version of `before`
   * goes as soon as nothing shows it. Must run inside `Atomic.run`.
   */
  change(
    space: number,
    key: string,
    before: State | undefined,
    next: { readonly version: number | null; readonly entries: string | null },
    now: number,
  ): number {
    const visibleAt = before?.visible_at ?? 0;
    const due = Math.max(visibleAt, now + Math.max(0, this.#drawLag()));
    if (due <= now) {
      while (this.#nextDue <= now && this.#settleChunk(now) > 0);
      this.#see({ due, space, key, ...next });
      return 0;
    }
    if (due === visibleAt) {
      // Nobody will ever have seen `before`.
      this.#retarget.run(next.version, due, space, key);
      if (before?.version != null) this.#dropVersion.run(before.version);
    } else this.#enqueue.run(due, space, key, next.version);
    this.#nextDue = Math.min(this.#nextDue, due);
    return due;
  }

  /** Lets queries see everything whose time has come. Not inside `Atomic.run`. */
  settle(now: number): void {
    while (this.#nextDue <= now) this.settleSome(now);
  }

  /** As `settle`, but at most a few thousand changes. */
  settleSome(now: number): void {
    if (this.#nextDue > now) return;
    this.#atomic.run(() => this.#settleChunk(now));
    this.#nextDue = this.#earliest.get()?.due ?? Infinity;
  }

  /** Ends all waiting in one space, before its data is taken away. Must run inside `Atomic.run`. */
  settleSpace(space: number): void {
    for (const change of this.#dueInSpace.all(space)) this.#take(change);
  }

  #settleChunk(now: number): number {
    const changes = this.#due.all(now);
    for (const change of changes) this.#take(change);
    return changes.length;
  }

  #take(change: Change): void {
    const { due, space, key } = change;
    this.#see(change);
    if (change.version === null) this.#dropTombstone.run(space, key, due);
    this.#dequeue.run(due, space, key);
  }

  /** A version that is no longer seen is no longer current either: its successor came before. */
  #see({ space, key, version, entries }: Change): void {
    const old = this.#shown.get(space, key);
    if (old) {
      this.#indexes.remove(space, key, old.entries);
      this.#dropVersion.run(old.version);
    }
    if (version === null) {
      if (old) this.#hide.run(space, key);
      return;
    }
    this.#show.run(space, key, version);
    this.#indexes.add(space, key, version, entries);
  }
}
