import { createHash } from 'node:crypto';
import type { Hash } from './digest.ts';
import { findLocator } from './find-locator.ts';
import { findRoots } from './find-roots.ts';
import { addOddPowers, multiply, type Element } from './galois.ts';

/** Bytes of one sum of powers. A sketch of n of them names n differences. */
const SUM_BYTES = 8;

/**
 * Differences that the sketch in a head can name; a record that both sides hold otherwise is two. 144 bytes, 192 characters in
 * the head: every transaction carries one, so each byte is paid for with every handful of records.
 */
export const HEAD_CAPACITY = 18;

/** One element: which record, in which version and content. 8 bytes as hexadecimal digits. */
export interface Symbol64 {
  /** 5 bytes of the hash of the key, as 10 hexadecimal digits. */
  readonly keyTag: string;
  /** 3 bytes of the record's hash, as 6 hexadecimal digits. */
  readonly versionTag: string;
}

/** The tag of a key, without which nothing can be looked up. */
export function keyTag(key: string): string {
  return createHash('sha256').update('tag:').update(key, 'utf8').digest('hex').slice(0, 10);
}

export function symbolOf(key: string, hash: Hash): Symbol64 {
  return { keyTag: keyTag(key), versionTag: hash.slice(0, 6) };
}

export type Difference =
  /** Exactly these stand on one side only; which side that is, whoever has one of the sets can tell. */
  | { readonly complete: true; readonly symbols: readonly Symbol64[] }
  /** More differences than the sketch can name: the bucket has to be read. */
  | { readonly complete: false };

/**
 * What a set of records comes to in a few bytes, kept up to date by every write: the sums of the first, third, fifth, … powers
 * of its elements in a field of 2^64. The sketches of two sets differ by the sketch of what stands in one of them only, and
 * a sketch of n sums yields its elements as long as there are at most n, without reading either set: it is the syndrome
 * of a binary BCH code. Where there are more, that is noticed, but for one case in n! or so. So what a sketch names only proposes.
 *
 * No table of cells, from which differences are peeled: that needs more than twice the bytes, in every write of every head,
 * and gives up now and then long before it is full.
 */
export class Sketch {
  readonly #sums: Int32Array;

  private constructor(sums: Int32Array) {
    this.#sums = sums;
  }

  /** The sketch of nothing, for up to `capacity` differences. */
  static empty(capacity: number): Sketch {
    return new Sketch(new Int32Array(2 * capacity));
  }

  /** Reads what `toString` wrote. Throws on any other text. */
  static parse(text: string): Sketch {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length === 0 || bytes.length % SUM_BYTES !== 0 || bytes.toString('base64') !== text) {
      throw new RangeError('not a sketch');
    }
    return new Sketch(
      Int32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32BE(4 * i)),
    );
  }

  /** How many differences it can name. */
  get capacity(): number {
    return this.#sums.length / 2;
  }

  /** A sketch with the elements added; one that is in it already is taken out. The receiver stays as it is. */
  toggled(symbols: Iterable<Symbol64>): Sketch {
    const sums = this.#sums.slice();
    for (const symbol of symbols) addOddPowers(sums, elementOf(symbol));
    return new Sketch(sums);
  }

  /** What stands on one side only. Both sketches must have the same capacity. */
  minus(other: Sketch): Difference {
    if (other.capacity !== this.capacity) throw new RangeError('sketches of different capacity');
    return namesOf(this.#sums.map((one, at) => one ^ (other.#sums[at] ?? 0)));
  }

  toString(): string {
    const bytes = Buffer.alloc(4 * this.#sums.length);
    for (const [at, one] of this.#sums.entries()) bytes.writeInt32BE(one, 4 * at);
    return bytes.toString('base64');
  }
}

function namesOf(odd: Int32Array): Difference {
  const sums: Element[] = [];
  for (let n = 1; n <= odd.length; n += 1) {
    // The sum of squares is the square of the sum.
    const half = sums[n / 2 - 1];
    if (n % 2 === 0 && half !== undefined) sums.push(multiply(half, half));
    else sums.push({ hi: odd[n - 1] ?? 0, lo: odd[n] ?? 0 });
  }
  const locator = findLocator(sums);
  const elements = locator === undefined ? undefined : findRoots(locator);
  if (elements === undefined) return { complete: false };
  const again = new Int32Array(odd.length);
  for (const element of elements) addOddPowers(again, element);
  const isWhole = again.every((one, at) => one === odd[at]);
  return isWhole ? { complete: true, symbols: elements.map(symbolOfElement) } : { complete: false };
}

function elementOf({ keyTag: tag, versionTag }: Symbol64): Element {
  const digits = tag + versionTag;
  return { hi: parseInt(digits.slice(0, 8), 16) | 0, lo: parseInt(digits.slice(8), 16) | 0 };
}

function symbolOfElement({ hi, lo }: Element): Symbol64 {
  const digits = [hi, lo].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return { keyTag: digits.slice(0, 10), versionTag: digits.slice(10) };
}
