import type { Border } from '../types.ts';
import type { CountedCall } from './fault-log.ts';

/** More different texts than this at one border share one count: a text with an id in it must not eat up the memory. */
const MOST_TEXTS = 50_000;
const OTHER_TEXTS = '\n';

/** Counts calls per border, and per border and text. */
export class Ordinals {
  readonly #ofBorder = new Map<Border, number>();
  readonly #ofText = new Map<Border, Map<string, number>>();

  count(border: Border, what: string): CountedCall {
    const ordinal = (this.#ofBorder.get(border) ?? 0) + 1;
    this.#ofBorder.set(border, ordinal);
    const texts = this.#ofText.get(border) ?? new Map<string, number>();
    this.#ofText.set(border, texts);
    const key = texts.has(what) || texts.size < MOST_TEXTS ? what : OTHER_TEXTS;
    const nth = (texts.get(key) ?? 0) + 1;
    texts.set(key, nth);
    return { border, what, ordinal, nth };
  }

  /** Calls of a border so far. */
  of(border: Border): number {
    return this.#ofBorder.get(border) ?? 0;
  }

  reset(): void {
    this.#ofBorder.clear();
    this.#ofText.clear();
  }
}
