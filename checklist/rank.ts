import { generateNKeysBetween } from 'fractional-indexing';
import type { Thing } from './errors.ts';
import { notFound } from './errors.ts';

/** Anything with a place in an order. Ranks are ASCII, so JavaScript's comparison is bytewise, as is Postgres' collation "C". */
export interface Ranked {
  readonly id: string;
  readonly rank: string;
}

export interface RankChange {
  readonly id: string;
  readonly rank: string;
}

/** The order of lists and items: rank bytewise, ties by id. */
export function byRank(a: Ranked, b: Ranked): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/** `count` ascending ranks that follow everything in `rows`. */
export function ranksAtEnd(rows: readonly Ranked[], count: number): string[] {
  let last: string | null = null;
  for (const { rank } of rows) if (last === null || rank > last) last = rank;
  return generateNKeysBetween(last, null, count);
}

/**
 * The changes of rank that put `id` right behind `after` (first, when null), leaving the order of all others as it is. `id` may
 * be new. Normally one change, none when it stands there already; more only where equal ranks left no room between two rows.
 * Throws `not_found` when `after` is not among `rows`.
 */
export function placeAfter(
  rows: readonly Ranked[],
  id: string,
  after: string | null,
  what: Thing,
): RankChange[] {
  if (id === after) return [];
  const ordered = [...rows].sort(byRank);
  const others = ordered.filter((row) => row.id !== id);
  const place = after === null ? 0 : others.findIndex((row) => row.id === after) + 1;
  if (after !== null && place === 0) throw notFound(what);
  if (others.length < ordered.length && ordered[place]?.id === id) return [];

  const lower = others[place - 1]?.rank ?? null;
  const tied: Ranked[] = [];
  let next = place;
  for (; next < others.length; next += 1) {
    const row = others[next];
    if (row === undefined || lower === null || row.rank > lower) break;
    tied.push(row);
  }
  const upper = others[next]?.rank ?? null;
  const moved = [id, ...tied.map((row) => row.id)];
  const ranks = generateNKeysBetween(lower, upper, moved.length);
  return moved.map((movedId, index) => ({ id: movedId, rank: ranks[index] ?? '' }));
}
