import { add, invert, isZero, multiply, ONE, ZERO, type Element } from './galois.ts';
import type { Polynomial } from './find-roots.ts';

/**
 * The polynomial whose roots are the elements with these sums of powers (of the first, second, third, … power), of the least
 * degree that can have them. Undefined when that is more than half as many as there are sums: then they don't determine it.
 * This is the algorithm of Berlekamp and Massey.
 */
export function findLocator(sums: readonly Element[]): Polynomial | undefined {
  let connection: Element[] = [ONE];
  let before: Element[] = [ONE];
  let [length, gap, discrepancyBefore] = [0, 1, ONE];
  for (const [n, sum] of sums.entries()) {
    let discrepancy = sum;
    for (let i = 1; i <= length; i += 1) {
      discrepancy = add(discrepancy, multiply(connection[i] ?? ZERO, sums[n - i] ?? ZERO));
    }
    if (isZero(discrepancy)) {
      gap += 1;
      continue;
    }
    const factor = multiply(discrepancy, invert(discrepancyBefore));
    const next = [...connection];
    for (const [i, one] of before.entries()) {
      while (next.length <= i + gap) next.push(ZERO);
      next[i + gap] = add(next[i + gap] ?? ZERO, multiply(factor, one));
    }
    if (2 * length <= n) {
      [before, discrepancyBefore, gap] = [connection, discrepancy, 1];
      length = n + 1 - length;
    } else {
      gap += 1;
    }
    connection = next;
  }
  if (2 * length > sums.length) return undefined;
  // Turned round: the elements themselves are the roots, not their inverses.
  return Array.from({ length: length + 1 }, (_, i) => connection[length - i] ?? ZERO);
}
