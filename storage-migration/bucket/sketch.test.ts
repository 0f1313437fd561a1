import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { keyTag, Sketch, symbolOf, type Symbol64 } from './sketch.ts';

const SEED = 20261125;
const hashOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32);
const symbol = (name: string): Symbol64 => symbolOf(name, hashOf(name));
const of = (names: readonly string[], cells = 24): Sketch =>
  Sketch.empty(cells).withAll(names.map((name) => [symbol(name), 1] as const));

describe('the sketch of a bucket', () => {
  it('names exactly what differs while the difference is small', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 200 }),
        fc.uniqueArray(fc.nat(), { maxLength: 8 }),
        (common, extra) => {
          const left = extra.filter((_, i) => i % 2 === 0).map((n) => `left ${n}`);
          const right = extra.filter((_, i) => i % 2 === 1).map((n) => `right ${n}`);
          const difference = of([...common, ...left]).minus(of([...common, ...right]));
          // A sketch may give up, rarely, but it never names anything else.
          if (!difference.complete) return;
          const tags = (symbols: readonly Symbol64[]) => symbols.map((each) => each.keyTag).sort();
          expect(tags(difference.onlyLeft)).toEqual(left.map(keyTag).sort());
          expect(tags(difference.onlyRight)).toEqual(right.map(keyTag).sort());
        },
      ),
      { seed: SEED },
    );
  });

  it('peels up to eight differences nearly always', () => {
    let complete = 0;
    for (let run = 0; run < 400; run++) {
      const names = Array.from({ length: 8 }, (_, i) => `${run}/${i}`);
      if (of(names).minus(of([])).complete) complete += 1;
    }
    expect(complete).toBeGreaterThan(390);
  });

  it('names the key when only the version differs', () => {
    const before = Sketch.empty(24).with(symbolOf('list:1', hashOf('v1')), 1);
    const after = Sketch.empty(24).with(symbolOf('list:1', hashOf('v2')), 1);
    const difference = after.minus(before);
    expect(difference).toMatchObject({ complete: true });
    if (difference.complete) {
      expect(difference.onlyLeft[0]?.keyTag).toBe(keyTag('list:1'));
      expect(difference.onlyRight[0]?.keyTag).toBe(keyTag('list:1'));
    }
  });

  it('says that it can not tell when there is too much, and never makes something up', () => {
    const many = Array.from({ length: 300 }, (_, i) => `n${i}`);
    expect(of(many).minus(of([]))).toEqual({ complete: false });
  });

  it('is the same whatever the order of changes, and comes back from its text', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 50 }), (names) => {
        const forward = of(names);
        expect(of([...names].reverse()).toString()).toBe(forward.toString());
        expect(Sketch.parse(forward.toString()).toString()).toBe(forward.toString());
        const undone = forward.withAll(names.map((name) => [symbol(name), -1] as const));
        expect(undone.toString()).toBe(Sketch.empty(24).toString());
      }),
      { seed: SEED },
    );
  });
});
