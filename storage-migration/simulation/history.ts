import { compareVersions, type Json, type Version } from '../terms.ts';

/** What a record's value is in the simulation: which change made it, and which one it was made from. */
export interface Value {
  readonly m: string;
  /** The change whose value was seen; `-` when the record was absent. */
  readonly p: string;
}

/** A write that an authority has taken. */
export interface Accepted {
  readonly key: string;
  readonly version: Version;
  readonly mutation: string;
  readonly deleted: boolean;
  readonly by: 'P' | 'F' | 'S';
}

/** What a read showed: the version, and the change that made the value; undefined for an absent record. */
export interface Shown {
  readonly version: Version;
  readonly mutation: string | undefined;
}

/** Something happened that must never happen. */
export class Violation extends Error {
  override readonly name = 'Violation';
  /** The kind, stable over runs: what shrinking holds on to. */
  readonly kind: string;

  constructor(kind: string, what: string) {
    super(`${kind}: ${what}`);
    this.kind = kind;
  }
}

/**
 * Everything that authorities took and users were told, checked as it happens (protocol §18.4). Per key the versions form a
 * chain without gaps, each value made from the one before; a change is made at most once; what a user was told is so; a read
 * shows at least what was there when it began, so no deleted value comes back.
 */
export class History {
  readonly #chains = new Map<string, Accepted[]>();
  readonly #byMutation = new Map<string, Accepted>();
  /** Changes whose users were told that nothing happened. */
  readonly #never = new Set<string>();
  readonly counts = {
    postgres: 0,
    forge: 0,
    sealed: 0,
    deletes: 0,
    reads: 0,
    unknown: 0,
    parked: 0,
    erased: 0,
    givenUp: 0,
  };
  violation: Violation | undefined;
  #hasGivenUp = false;
  readonly #givenUp = new Set<string>();
  /** Some bucket is sealed: deletes leave no version there, and counting begins anew after one. */
  isSealed = false;

  fail(kind: string, what: string): void {
    this.violation ??= new Violation(kind, what);
  }

  /** An authority took a write. `value` is undefined for a delete. */
  accept(write: Omit<Accepted, 'deleted'> & { readonly value: Value | undefined }): void {
    const { key, version, mutation, by, value } = write;
    const chain = this.#chains.get(key) ?? [];
    const last = chain.at(-1);
    const name = `${key} ${show(version)} by ${by} (${mutation})`;
    const isAnew = by === 'S' && last?.deleted === true && version.n === 1;
    const isCounted = version.n === (last?.version.n ?? 0) + 1 || isAnew;
    const isNext = isCounted && version.e >= (last?.version.e ?? 0);
    if (!isNext) this.fail('gap', `${name} follows ${show(last?.version)}`);
    const made = last === undefined || last.deleted ? '-' : last.mutation;
    if (value !== undefined && value.p !== made) {
      this.fail('lost update', `${name} was made from ${value.p}, there was ${made}`);
    }
    if (this.#isMade(mutation)) this.fail('made twice', name);
    if (this.#never.has(mutation)) this.fail('made after all', name);
    const accepted = { key, version, mutation, by, deleted: value === undefined };
    chain.push(accepted);
    this.#chains.set(key, chain);
    this.#byMutation.set(mutation, accepted);
    if (by === 'S') this.counts.sealed += 1;
    this.counts[by === 'P' ? 'postgres' : 'forge'] += 1;
    if (accepted.deleted) this.counts.deletes += 1;
  }

  /** A copy of a version arrived on the other side. It must say what the authority took. */
  copied(side: string, key: string, version: Version, value: Value | undefined): void {
    const sources = this.#chains
      .get(key)
      ?.filter((one) => compareVersions(one.version, version) === 0);
    // Counted anew after a delete under a seal, one version can have two faces.
    const isSame = sources?.some((one) =>
      one.deleted ? value === undefined : one.mutation === value?.m,
    );
    const source = sources?.[0];
    if (isSame !== true) {
      const says = source === undefined ? 'nothing' : source.mutation;
      this.fail(
        'wrong copy',
        `${side} got ${key} ${show(version)} ${value?.m ?? 'deleted'}: ${says}`,
      );
    }
  }

  newest(key: string): Accepted | undefined {
    return this.#chains.get(key)?.at(-1);
  }

  /** The user was told that the change was made. */
  told(mutation: string): void {
    if (!this.#byMutation.has(mutation)) this.fail('told, not made', mutation);
  }

  /** And not given up since. */
  #isMade(mutation: string): boolean {
    return this.#byMutation.has(mutation) && !this.#givenUp.has(mutation);
  }

  /** The user was told that nothing was done. */
  refused(mutation: string): void {
    if (this.#isMade(mutation)) this.fail('refused, yet made', mutation);
    this.#never.add(mutation);
  }

  /** A read that began when `since` was the newest has ended. */
  read(who: string, key: string, since: Accepted | undefined, shown: Shown): void {
    // What was given up meanwhile need not be shown, and whoever had it under way may still have seen it.
    const isKnown = since !== undefined && this.#chains.get(key)?.includes(since) === true;
    if (this.#hasGivenUp && !isKnown) return;
    this.counts.reads += 1;
    const name = `${who} read ${key} as ${show(shown.version)} ${shown.mutation ?? 'absent'}`;
    if (since !== undefined && !this.#isAsNew(key, since, shown)) {
      const kind =
        since.deleted && shown.mutation !== undefined ? 'deleted, yet read' : 'stale read';
      this.fail(kind, `${name}, there was ${show(since.version)} ${since.mutation}`);
    }
    if (shown.version.n === 0 && shown.mutation === undefined) return;
    const value = shown.mutation === undefined ? undefined : { m: shown.mutation, p: '' };
    this.copied(who, key, shown.version, value);
  }

  /** Whether what was shown is at least as new as what was there when the read began. */
  #isAsNew(key: string, since: Accepted, { version, mutation }: Shown): boolean {
    if (!this.isSealed) return compareVersions(version, since.version) >= 0;
    const chain = this.#chains.get(key) ?? [];
    const later = chain.slice(chain.indexOf(since));
    return later.some((one) => (one.deleted ? mutation === undefined : one.mutation === mutation));
  }

  /** Postgres was opened without Forge, knowingly: what had not come back counts no more. */
  giveUp(rows: ReadonlyMap<string, { readonly version: Version }>): void {
    for (const [key, chain] of this.#chains) {
      const row = rows.get(key);
      const last = chain.findLastIndex(
        ({ version }) => row !== undefined && compareVersions(version, row.version) === 0,
      );
      for (const { mutation } of chain.slice(last + 1)) {
        this.#givenUp.add(mutation);
        this.counts.givenUp += 1;
      }
      if (last === -1) this.#chains.delete(key);
      else this.#chains.set(key, chain.slice(0, last + 1));
    }
    this.#hasGivenUp = true;
  }

  keys(): IterableIterator<string> {
    return this.#chains.keys();
  }
}

/** The change that made a stored value. */
export function valueOf(stored: Json | undefined): Value | undefined {
  return stored === undefined ? undefined : (stored as unknown as Value);
}

function show(version: Version | undefined): string {
  return version === undefined ? 'nothing' : `${version.e}.${version.n}`;
}
