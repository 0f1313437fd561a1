import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { add, invert, multiply, ONE, type Element } from './galois.ts';

const SEED = 20261126;
const MODULUS = (1n << 64n) | 0b11011n;
const number = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 2n, 2n ** 31n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n),
);

const elementOf = (value: bigint): Element => ({
  hi: Number(BigInt.asIntN(32, value >> 32n)),
  lo: Number(BigInt.asIntN(32, value)),
});
const numberOf = ({ hi, lo }: Element): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

/** As at school: shifted and added, then what is too high taken out from the top. */
function product(a: bigint, b: bigint): bigint {
  let result = 0n;
  for (let i = 0n; i < 64n; i += 1n) if (((b >> i) & 1n) === 1n) result ^= a << i;
  for (let i = 127n; i >= 64n; i -= 1n) {
    if (((result >> i) & 1n) === 1n) result ^= MODULUS << (i - 64n);
  }
  return result;
}

describe('the field of 2^64 elements', () => {
  it('multiplies as the slow way does', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(numberOf(multiply(elementOf(a), elementOf(b)))).toBe(product(a, b));
        expect(numberOf(add(elementOf(a), elementOf(b)))).toBe(a ^ b);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('has an inverse of everything but zero', () => {
    fc.assert(
      fc.property(number, (a) => {
        const element = elementOf(a);
        expect(multiply(element, invert(element))).toEqual(a === 0n ? elementOf(0n) : ONE);
      }),
      { seed: SEED },
    );
  });
});
