import { FingerprintSet } from './fingerprint-set.ts';
import type { Model } from './model.ts';
import { NumberList } from './number-list.ts';
import { Reachability } from './reachability.ts';
import { traceTo } from './trace.ts';

export interface SearchOptions {
  /** Stops here without a verdict on the rest. (Default: no bound) */
  readonly maxStates?: number;
  /** Also checks that the goals stay in reach; keeps every step in memory, so for smaller models. (Default: false) */
  readonly liveness?: boolean;
}

export interface SearchResult {
  readonly states: number;
  readonly transitions: number;
  /** Steps on the longest of the shortest ways to a state. */
  readonly depth: number;
  /** False when `maxStates` ended the search. */
  readonly complete: boolean;
  /** The first violation, with the shortest way to it. */
  readonly violation?: { readonly what: string; readonly trace: readonly string[] };
}

/**
 * Visits every reachable state once, nearest first, so that the first violation found is one with a shortest trace.
 * Exhaustive within the model's bounds, up to the fingerprints' chance (see {@link FingerprintSet}).
 */
export function search<S>(model: Model<S>, options: SearchOptions = {}): SearchResult {
  const { maxStates = Infinity, liveness = false } = options;
  const seen = new FingerprintSet();
  const ways = { parents: new NumberList(), ordinals: new NumberList() };
  const reachability = liveness ? new Reachability(model) : undefined;
  const broken: { readonly what: string; readonly place: number }[] = [];
  let transitions = 0;
  let depth = 0;
  let frontier: S[] = [model.initial];
  let next: S[] = [];
  let first = 0;

  const enter = (state: S, place: number, parent: number, ordinal: number): void => {
    ways.parents.push(parent);
    ways.ordinals.push(ordinal);
    reachability?.state(state, place);
    const what = model.violation(state);
    if (what !== undefined) broken.push({ what, place });
  };
  const expand = (state: S, from: number): void => {
    let ordinal = 0;
    model.steps(state, (_action, after) => {
      const place = seen.add(model.encode(after));
      transitions += 1;
      reachability?.step(from, place < 0 ? -place - 1 : place);
      if (place >= 0) {
        next.push(after);
        enter(after, place, from, ordinal);
      }
      ordinal += 1;
    });
  };
  const mayGoOn = (): boolean => broken.length === 0 && seen.size < maxStates;

  enter(model.initial, seen.add(model.encode(model.initial)), 0, 0);
  while (frontier.length > 0 && mayGoOn()) {
    next = [];
    for (const [index, state] of frontier.entries()) {
      expand(state, first + index);
      if (!mayGoOn()) break;
    }
    first += frontier.length;
    frontier = next;
    if (next.length > 0) depth += 1;
  }
  const complete = frontier.length === 0;
  const found = broken[0] ?? (complete ? reachability?.firstStuck(seen.size) : undefined);
  const result = { states: seen.size, transitions, depth, complete };
  if (found === undefined) return result;
  return {
    ...result,
    violation: { what: found.what, trace: traceTo(model, ways, found.place) },
  };
}
