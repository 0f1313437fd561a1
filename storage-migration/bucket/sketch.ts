import { createHash } from 'node:crypto';
import type { Hash } from './digest.ts';

/**
 * An invertible Bloom lookup table of m cells. Subtracting the sketches of two sets and peeling the rest yields the
 * elements in which they differ, as long as there are fewer than about 0.7 m of them, without reading either set.
 *
 * A cell has 12 bytes: 5 of the key's tag, 3 of the version's tag, 3 of a check over both, 1 signed count. Base64 makes
 * 16 characters of them, the budget that the cost table of the protocol leaves. A false peel needs 24 equal bits of check;
 * and what is peeled only proposes keys, which are then read strictly.
 */
export const CELL_BYTES = 12;
const POSITIONS = 3;

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
  | { readonly complete: true; readonly onlyLeft: Symbol64[]; readonly onlyRight: Symbol64[] }
  /** More differences than the sketch can name: the bucket has to be read. */
  | { readonly complete: false };

export class Sketch {
  readonly #cells: Buffer;

  private constructor(cells: Buffer) {
    this.#cells = cells;
  }

  static empty(cells: number): Sketch {
    return new Sketch(Buffer.alloc(cells * CELL_BYTES));
  }

  /** Reads what `toString` wrote. Throws on any other text. */
  static parse(text: string): Sketch {
    const cells = Buffer.from(text, 'base64');
    if (
      cells.length === 0 ||
      cells.length % CELL_BYTES !== 0 ||
      cells.toString('base64') !== text
    ) {
      throw new RangeError('not a sketch');
    }
    return new Sketch(cells);
  }

  get size(): number {
    return this.#cells.length / CELL_BYTES;
  }

  /** A sketch with the element added (`count` 1) or taken out (`count` -1). The receiver stays as it is. */
  with(symbol: Symbol64, count: 1 | -1): Sketch {
    const copy = Buffer.from(this.#cells);
    applySymbol(copy, symbol, count);
    return new Sketch(copy);
  }

  /** Several at once, with one copy. */
  withAll(changes: Iterable<readonly [Symbol64, 1 | -1]>): Sketch {
    const copy = Buffer.from(this.#cells);
    for (const [symbol, count] of changes) applySymbol(copy, symbol, count);
    return new Sketch(copy);
  }

  /** What stands on one side only. Both sketches must have the same number of cells. */
  minus(right: Sketch): Difference {
    if (right.size !== this.size) throw new RangeError('sketches of different size');
    const rest = Buffer.alloc(this.#cells.length);
    for (let at = 0; at < rest.length; at++) {
      const isCount = at % CELL_BYTES === CELL_BYTES - 1;
      const [a, b] = [byte(this.#cells, at), byte(right.#cells, at)];
      rest[at] = isCount ? (a - b) & 0xff : a ^ b;
    }
    return peel(rest);
  }

  toString(): string {
    return this.#cells.toString('base64');
  }
}

function peel(rest: Buffer): Difference {
  const onlyLeft: Symbol64[] = [];
  const onlyRight: Symbol64[] = [];
  // Each round takes out at least one element; more rounds than cells means garbage, not progress.
  for (let rounds = rest.length / CELL_BYTES; rounds > 0; rounds--) {
    const found = findPure(rest);
    if (found === undefined) break;
    (found.count === 1 ? onlyLeft : onlyRight).push(found.symbol);
    applySymbol(rest, found.symbol, found.count === 1 ? -1 : 1);
  }
  return rest.every((b) => b === 0) ? { complete: true, onlyLeft, onlyRight } : { complete: false };
}

function findPure(cells: Buffer): { symbol: Symbol64; count: 1 | -1 } | undefined {
  for (let at = 0; at < cells.length; at += CELL_BYTES) {
    const count = cells.readInt8(at + CELL_BYTES - 1);
    if (count !== 1 && count !== -1) continue;
    const symbol = {
      keyTag: cells.toString('hex', at, at + 5),
      versionTag: cells.toString('hex', at + 5, at + 8),
    };
    const { check, positions } = place(symbol, cells.length / CELL_BYTES);
    if (!positions.includes(at / CELL_BYTES)) continue;
    if (cells.subarray(at + 8, at + 11).equals(check)) return { symbol, count };
  }
  return undefined;
}

function applySymbol(cells: Buffer, symbol: Symbol64, count: 1 | -1): void {
  const { bytes, check, positions } = place(symbol, cells.length / CELL_BYTES);
  for (const position of positions) {
    const at = position * CELL_BYTES;
    for (let i = 0; i < 8; i++) cells[at + i] = byte(cells, at + i) ^ byte(bytes, i);
    for (let i = 0; i < 3; i++) cells[at + 8 + i] = byte(cells, at + 8 + i) ^ byte(check, i);
    cells[at + 11] = (byte(cells, at + 11) + count) & 0xff;
  }
}

/**
 * The cells of an element: three different ones out of all. Not one in each third, as larger tables do it: with 24 cells
 * two elements would share all three in one of 512 cases instead of one of 2,024.
 */
function place(
  symbol: Symbol64,
  size: number,
): { bytes: Buffer; check: Buffer; positions: number[] } {
  const bytes = Buffer.from(symbol.keyTag + symbol.versionTag, 'hex');
  const digest = createHash('sha256').update(bytes).digest();
  const positions: number[] = [];
  for (let i = 0; i < POSITIONS; i++) {
    // The i-th draw is among the cells that are left; those taken before it are stepped over.
    let position = digest.readUInt32BE(4 + 4 * i) % (size - i);
    for (const taken of [...positions].sort((x, y) => x - y)) if (position >= taken) position += 1;
    positions.push(position);
  }
  return { bytes, check: digest.subarray(0, 3), positions };
}

function byte(buffer: Buffer, at: number): number {
  return buffer[at] ?? 0;
}
