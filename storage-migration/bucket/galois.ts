/**
 * An element of the field with 2^64 elements: a polynomial over two values, its coefficients the bits of two 32-bit words.
 * Adding is exclusive or, so everything is its own negative; a product is reduced by x^64 + x^4 + x^3 + x + 1.
 */
export interface Element {
  /** Bits 63 to 32, as a signed word. */
  readonly hi: number;
  /** Bits 31 to 0, as a signed word. */
  readonly lo: number;
}

export const ZERO: Element = { hi: 0, lo: 0 };
export const ONE: Element = { hi: 0, lo: 1 };

/** What the four bits that a shift pushes out come back as. */
const REDUCED = Int32Array.from({ length: 16 }, (_, bits) => {
  let product = 0;
  for (let i = 0; i < 4; i += 1) if (((bits >> i) & 1) === 1) product ^= 0b11011 << i;
  return product;
});
/** The multiples of one factor by 0 to 15. There is one table only: whoever multiplies fills it and uses it at once. */
const TABLE = new Int32Array(32);

export function isZero({ hi, lo }: Element): boolean {
  return hi === 0 && lo === 0;
}

export function isEqual(a: Element, b: Element): boolean {
  return a.hi === b.hi && a.lo === b.lo;
}

export function add(a: Element, b: Element): Element {
  return { hi: a.hi ^ b.hi, lo: a.lo ^ b.lo };
}

export function multiply(a: Element, b: Element): Element {
  if (isZero(a) || isZero(b)) return ZERO;
  fillTable(a.hi, a.lo);
  return timesTable(b);
}

/** The inverse; of zero there is none, and zero is returned. */
export function invert(a: Element): Element {
  // a^(2^64 - 2): the product of a^2, a^4, … a^(2^63).
  let power = a;
  let result = ONE;
  for (let i = 1; i < 64; i += 1) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

/** Adds `element`, its third, fifth, … power to the elements of `sums`, which are two words each, the upper one first. */
export function addOddPowers(sums: Int32Array, element: Element): void {
  const square = multiply(element, element);
  fillTable(square.hi, square.lo);
  let power = element;
  for (let at = 0; at < sums.length; at += 2) {
    sums[at] = word(sums, at) ^ power.hi;
    sums[at + 1] = word(sums, at + 1) ^ power.lo;
    power = timesTable(power);
  }
}

function fillTable(hi: number, lo: number): void {
  TABLE[2] = hi;
  TABLE[3] = lo;
  for (let i = 2; i < 16; i += 2) {
    // Twice the half of it, and once more beside.
    const [upper, lower] = [word(TABLE, i), word(TABLE, i + 1)];
    const doubled = (upper << 1) | (lower >>> 31);
    const reduced = (lower << 1) ^ (upper < 0 ? 0b11011 : 0);
    TABLE[2 * i] = doubled;
    TABLE[2 * i + 1] = reduced;
    TABLE[2 * i + 2] = doubled ^ hi;
    TABLE[2 * i + 3] = reduced ^ lo;
  }
}

/** The other factor four bits at a time, from the top. */
function timesTable(other: Element): Element {
  let hi = 0;
  let lo = 0;
  for (let at = 60; at >= 0; at -= 4) {
    const bits = ((at >= 32 ? other.hi >>> (at - 32) : other.lo >>> at) & 15) << 1;
    const out = hi >>> 28;
    hi = ((hi << 4) | (lo >>> 28)) ^ word(TABLE, bits);
    lo = (lo << 4) ^ word(REDUCED, out) ^ word(TABLE, bits + 1);
  }
  return { hi, lo };
}

function word(words: Int32Array, at: number): number {
  return words[at] ?? 0;
}
