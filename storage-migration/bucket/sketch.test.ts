import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { HEAD_CAPACITY, keyTag, Sketch, symbolOf, type Symbol64 } from './sketch.ts';

const SEED = 20261125;
const hashOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32);
const symbol = (name: string): Symbol64 => symbolOf(name, hashOf(name));
const of = (names: readonly string[], capacity = HEAD_CAPACITY): Sketch =>
  Sketch.empty(capacity).toggled(names.map(symbol));
const shown = (symbols: readonly Symbol64[]): string[] =>
  symbols.map((each) => each.keyTag + each.versionTag).sort();

describe('the sketch of a bucket', () => {
  it('names exactly what differs, always, up to its capacity', () => {
    const sides = fc.integer({ min: 1, max: 24 }).chain((capacity) =>
      fc.record({
        capacity: fc.constant(capacity),
        common: fc.uniqueArray(fc.string(), { maxLength: 100 }),
        extra: fc.uniqueArray(fc.nat(), { maxLength: capacity }),
      }),
    );
    fc.assert(
      fc.property(sides, ({ capacity, common, extra }) => {
        const left = extra.filter((_, i) => i % 3 !== 0).map((n) => `left ${n}`);
        const right = extra.filter((_, i) => i % 3 === 0).map((n) => `right ${n}`);
        const difference = of([...common, ...left], capacity).minus(
          of([...common, ...right], capacity),
        );
        if (!difference.complete) throw new Error('it gave up');
        expect(shown(difference.symbols)).toEqual(shown([...left, ...right].map(symbol)));
      }),
      { seed: SEED },
    );
  });

  it('names any elements, whatever their bits', () => {
    const digits = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
    const edges = fc.constantFrom(1n, 2n, 3n, 2n ** 31n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n);
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(digits, edges), { maxLength: 10 }), (elements) => {
        const symbols = elements.map((element) => {
          const text = element.toString(16).padStart(16, '0');
          return { keyTag: text.slice(0, 10), versionTag: text.slice(10) };
        });
        const difference = Sketch.empty(10).toggled(symbols).minus(Sketch.empty(10));
        if (!difference.complete) throw new Error('it gave up');
        expect(shown(difference.symbols)).toEqual(shown(symbols));
      }),
      { seed: SEED },
    );
  });

  it('names the key when only the version differs', () => {
    const before = Sketch.empty(4).toggled([symbolOf('list:1', hashOf('v1'))]);
    const after = Sketch.empty(4).toggled([symbolOf('list:1', hashOf('v2'))]);
    const difference = after.minus(before);
    const tag = keyTag('list:1');
    expect(difference).toMatchObject({
      complete: true,
      symbols: [{ keyTag: tag }, { keyTag: tag }],
    });
  });

  it('says that it can not tell when there is too much, and never makes something up', () => {
    fc.assert(
      fc.property(fc.integer({ min: HEAD_CAPACITY + 1, max: 300 }), fc.nat(), (count, salt) => {
        const many = Array.from({ length: count }, (_, i) => `${salt}/${i}`);
        expect(of(many).minus(of([]))).toEqual({ complete: false });
      }),
      { seed: SEED },
    );
  });

  it('is the same whatever the order of changes, and comes back from its text', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 50 }), (names) => {
        const forward = of(names);
        expect(of([...names].reverse()).toString()).toBe(forward.toString());
        expect(Sketch.parse(forward.toString()).toString()).toBe(forward.toString());
        expect(forward.toggled(names.map(symbol)).toString()).toBe(of([]).toString());
      }),
      { seed: SEED },
    );
  });

  it('reads no other text, and compares with none of another capacity', () => {
    for (const text of ['', 'AAAA', 'no sketch', `${of([]).toString()}!`]) {
      expect(() => Sketch.parse(text)).toThrow(RangeError);
    }
    expect(() => of([], 4).minus(of([], 5))).toThrow(RangeError);
  });
});
