import { add, invert, isEqual, isZero, multiply, ONE, ZERO, type Element } from './galois.ts';

/** Coefficients, that of the lowest power first. The last one is not zero; no coefficient at all is zero. */
export type Polynomial = readonly Element[];

const BITS = 64;
const X: Polynomial = [ZERO, ONE];

/**
 * The roots of a polynomial whose highest coefficient is one. Undefined unless it has as many different ones in the field as
 * its degree.
 */
export function findRoots(monic: Polynomial): Element[] | undefined {
  if (monic.length < 3) return monic.slice(0, -1).map((element) => element);
  // x^(2^64) - x is the product of all x - a: what divides it splits, and has every root once.
  let power = X;
  for (let i = 0; i < BITS; i += 1) power = squareModulo(power, monic);
  return isSame(power, X) ? split(monic, 0) : undefined;
}

/**
 * Berlekamp's way: the trace of 2^bit · a is zero for about half of the roots a, so the polynomial of traces shares these
 * with it. Two different roots have different traces at some bit, so all bits together part them all.
 */
function split(monic: Polynomial, firstBit: number): Element[] {
  if (monic.length === 2) return [monic[0] ?? ZERO];
  for (let bit = firstBit; bit < BITS; bit += 1) {
    const factor: Element =
      bit < 32 ? { hi: 0, lo: (1 << bit) | 0 } : { hi: (1 << (bit - 32)) | 0, lo: 0 };
    let power: Polynomial = [ZERO, factor];
    let trace = power;
    for (let i = 1; i < BITS; i += 1) {
      power = squareModulo(power, monic);
      trace = sum(trace, power);
    }
    const part = greatestCommon(monic, trace);
    if (part.length > 1 && part.length < monic.length) {
      return [...split(part, bit + 1), ...split(divide(monic, part).quotient, bit + 1)];
    }
  }
  throw new RangeError('a root occurs twice');
}

function squareModulo(polynomial: Polynomial, monic: Polynomial): Polynomial {
  const square = polynomial.flatMap((one, at) => {
    const squared = multiply(one, one);
    return at === 0 ? [squared] : [ZERO, squared];
  });
  return divide(square, monic).rest;
}

/** Euclid's way, made monic. The second one may be zero: then it is the first. */
function greatestCommon(first: Polynomial, second: Polynomial): Polynomial {
  let [a, b] = [first, toMonic(second)];
  while (b.length > 0) [a, b] = [b, toMonic(divide(a, b).rest)];
  return a;
}

function toMonic(polynomial: Polynomial): Polynomial {
  const highest = polynomial.at(-1);
  if (highest === undefined || isEqual(highest, ONE)) return polynomial;
  const inverse = invert(highest);
  return polynomial.map((one) => multiply(one, inverse));
}

function divide(
  polynomial: Polynomial,
  monic: Polynomial,
): { quotient: Polynomial; rest: Polynomial } {
  const rest = [...polynomial];
  const quotient: Element[] = [];
  const degree = monic.length - 1;
  for (let top = rest.length - 1; top >= degree; top -= 1) {
    const factor = rest[top] ?? ZERO;
    quotient.unshift(factor);
    if (isZero(factor)) continue;
    for (let i = 0; i < degree; i += 1) {
      const at = top - degree + i;
      rest[at] = add(rest[at] ?? ZERO, multiply(factor, monic[i] ?? ZERO));
    }
  }
  return { quotient, rest: trimmed(rest.slice(0, degree)) };
}

function sum(a: Polynomial, b: Polynomial): Polynomial {
  const length = Math.max(a.length, b.length);
  return trimmed(Array.from({ length }, (_, i) => add(a[i] ?? ZERO, b[i] ?? ZERO)));
}

function trimmed(polynomial: Element[]): Polynomial {
  let length = polynomial.length;
  while (length > 0 && isZero(polynomial[length - 1] ?? ZERO)) length -= 1;
  return polynomial.slice(0, length);
}

function isSame(a: Polynomial, b: Polynomial): boolean {
  return a.length === b.length && a.every((one, at) => isEqual(one, b[at] ?? ZERO));
}
