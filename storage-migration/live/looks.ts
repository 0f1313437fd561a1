import type { Head } from '../bucket/head.ts';

/** Longer than batch reads are behind, as far as is known (two seconds). Milliseconds. */
const RIPE_MS = 3_000;
/** Looks that follow each other faster are not worth keeping. Milliseconds. */
const APART_MS = 400;

interface Look {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly heads: ReadonlyMap<number, Head>;
}

/**
 * Looks at all heads of a tenant, kept until they are ripe: what a head of some seconds ago names can be read in batches by now,
 * while what one of this moment names would have to be read one by one.
 */
export class Looks {
  #looks: readonly Look[] = [];

  /** Takes this look and hands out the newest ripe one; undefined while none is. */
  ripen(now: number, heads: ReadonlyMap<number, Head>): ReadonlyMap<number, Head> | undefined {
    const last = this.#looks.at(-1);
    const isApart = last === undefined || now - last.at >= APART_MS;
    const all = isApart ? [...this.#looks, { at: now, heads }] : this.#looks;
    const ripe = all.findLastIndex(({ at }) => now - at >= RIPE_MS);
    // What is older than the newest ripe one says nothing that this one does not.
    this.#looks = all.slice(Math.max(0, ripe));
    return all[ripe]?.heads;
  }
}
