import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LayerError } from '../errors.ts';
import { formatHead, newHead, parseHead, type Head } from './head.ts';
import { symbolOf } from './sketch.ts';

const SEED = 20261126;
const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...Array.from({ length: 16 }, (_, i) => i.toString(16))), {
      minLength: length,
      maxLength: length,
    })
    .map((all) => all.join(''));
const count = fc.integer({ min: 0, max: 2 ** 31 - 1 });

const cursor = fc.oneof(
  fc.constant<Head['bf']>({ at: 'start' }),
  fc.constant<Head['bf']>({ at: 'end' }),
  fc.record({
    at: fc.constant('key' as const),
    slot: fc.integer({ min: 0, max: 4_095 }),
    key: fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
  }),
);

const head: fc.Arbitrary<Head> = fc
  .record({
    ...{ epoch: count, seq: count, f0: count, cnt: count, inc: count, mapv: count },
    auth: fc.constantFrom('P' as const, 'F' as const, 'D' as const, 'S' as const),
    dg: hex(32),
    bf: cursor,
    stored: fc.uniqueArray(hex(32), { maxLength: 8 }),
  })
  .map(({ stored, ...rest }) => {
    const empty = newHead({ epoch: 1, inc: 1, mapv: 1 }).sk;
    return { ...rest, sk: empty.toggled(stored.map((hash) => symbolOf(hash, hash))) };
  });

const shown = ({ sk, ...rest }: Head): object => ({ ...rest, sk: sk.toString() });

describe('a head', () => {
  it('comes back from what is stored, whatever stands in it', () => {
    fc.assert(
      fc.property(head, (one) => {
        const stored: unknown = JSON.parse(JSON.stringify(formatHead(one)));
        expect(shown(parseHead(stored, 'h:g:0'))).toEqual(shown(one));
      }),
      { seed: SEED },
    );
  });

  it('with anything else in one of its places is refused by the same code', () => {
    const names = Object.keys(formatHead(newHead({ epoch: 1, inc: 1, mapv: 1 })));
    const strange = fc.oneof(
      fc.constantFrom<unknown>(null, undefined, true, [], {}, '', ' ', 'Q', -1, 1.5, 2 ** 31, '1'),
      fc.string({ maxLength: 10 }).filter((text) => !/^([-.PFDS]|\d{1,4}:.+)$/su.test(text)),
    );
    fc.assert(
      fc.property(head, fc.constantFrom(...names), strange, (one, name, value) => {
        const stored = { ...formatHead(one), [name]: value };
        expect(codeOf(() => parseHead(stored, 'h:g:0'))).toBe('head.malformed');
      }),
      { seed: SEED },
    );
  });

  it('is found in no garbage', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(codeOf(() => parseHead(value, 'h:g:0'))).toBe('head.malformed');
      }),
      { seed: SEED },
    );
  });
});

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof LayerError ? error.code : 'no layer error';
  }
}
