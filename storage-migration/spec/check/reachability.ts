import type { Model } from './model.ts';
import { NumberList } from './number-list.ts';

/** What a search notes down to tell afterwards whether the goals of a model stay in reach. Keeps every step in memory. */
export class Reachability<S> {
  readonly #from = new NumberList();
  readonly #to = new NumberList();
  readonly #roomy = new NumberList();
  readonly #goals: readonly {
    readonly name: string;
    readonly isReached: (state: S) => boolean;
    readonly places: NumberList;
  }[];
  readonly #hasRoom: (state: S) => boolean;

  constructor(model: Model<S>) {
    this.#goals = Object.entries(model.goals ?? {}).map(([name, isReached]) => ({
      ...{ name, isReached, places: new NumberList() },
    }));
    this.#hasRoom = (state) => model.hasRoom?.(state) ?? true;
  }

  state(state: S, place: number): void {
    for (const { isReached, places } of this.#goals) if (isReached(state)) places.push(place);
    if (this.#hasRoom(state)) this.#roomy.push(place);
  }

  step(from: number, to: number): void {
    this.#from.push(from);
    this.#to.push(to);
  }

  /** The first state with room that has a goal out of reach. */
  firstStuck(states: number): { readonly what: string; readonly place: number } | undefined {
    const { start, sources } = this.#backwards(states);
    for (const { name, places } of this.#goals) {
      const reaches = new Uint8Array(states);
      const queue: number[] = [];
      for (let i = 0; i < places.length; i += 1) {
        reaches[places.at(i)] = 1;
        queue.push(places.at(i));
      }
      for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
        for (let i = start[state] ?? 0; i < (start[state + 1] ?? 0); i += 1) {
          const source = sources[i] ?? 0;
          if (reaches[source] === 1) continue;
          reaches[source] = 1;
          queue.push(source);
        }
      }
      for (let i = 0; i < this.#roomy.length; i += 1) {
        const place = this.#roomy.at(i);
        if (reaches[place] === 0) return { what: `stuck: ${name} is out of reach`, place };
      }
    }
    return undefined;
  }

  /** For each state where its sources begin, and all sources one after the other. */
  #backwards(states: number): { readonly start: Uint32Array; readonly sources: Uint32Array } {
    const start = new Uint32Array(states + 1);
    for (let i = 0; i < this.#to.length; i += 1) {
      const after = this.#to.at(i) + 1;
      start[after] = (start[after] ?? 0) + 1;
    }
    for (let i = 1; i <= states; i += 1) start[i] = (start[i] ?? 0) + (start[i - 1] ?? 0);
    const fill = start.slice();
    const sources = new Uint32Array(this.#to.length);
    for (let i = 0; i < this.#to.length; i += 1) {
      const to = this.#to.at(i);
      const place = fill[to] ?? 0;
      sources[place] = this.#from.at(i);
      fill[to] = place + 1;
    }
    return { start, sources };
  }
}
