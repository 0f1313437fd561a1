import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { NOTHING_STORED, type Stored } from '../apply/apply-rule.ts';
import { EMPTY_DIGEST, xorDigest } from '../bucket/digest.ts';
import { symbolOf } from '../bucket/sketch.ts';
import type { Expected } from './classify.ts';
import { gapBetween, isClosed, isOfStrangers, without, type Pair } from './gap.ts';

const SEED = 20261127;

/** A side of one record: in version `n`, live or deleted; 0 is nothing. */
interface Side {
  readonly n: number;
  readonly deleted: boolean;
}
const side: fc.Arbitrary<Side> = fc.record({ n: fc.nat({ max: 3 }), deleted: fc.boolean() });
const records = fc.array(fc.tuple(side, side), { minLength: 1, maxLength: 40 });

function hashOf(key: string, n: number, deleted: boolean): string {
  return createHash('sha256').update(`${key} ${n} ${deleted}`).digest('hex').slice(0, 32);
}

function pairOf(key: string, here: Side, there: Side): Pair {
  const stored: Stored =
    there.n === 0
      ? NOTHING_STORED
      : {
          ...{ version: { e: 1, n: there.n }, deleted: there.deleted },
          hash: hashOf(key, there.n, there.deleted),
        };
  const expected: Expected | undefined =
    here.n === 0
      ? undefined
      : {
          ...{ version: { e: 1, n: here.n }, deleted: here.deleted, mayLag: false },
          hash: hashOf(key, here.n, here.deleted),
        };
  return { key, expected, stored };
}

const pairsOf = (all: readonly (readonly [Side, Side])[]): Pair[] =>
  all.map(([here, there], i) => pairOf(`list:${i}`, here, there));

/** What both sides sum up to. */
function gapOf(pairs: readonly Pair[]) {
  let [here, there, live, cnt] = [EMPTY_DIGEST, EMPTY_DIGEST, 0, 0];
  for (const { expected, stored } of pairs) {
    if (expected !== undefined) here = xorDigest(here, expected.hash);
    if (stored.hash !== undefined) there = xorDigest(there, stored.hash);
    if (expected?.deleted === false) live += 1;
    if (stored.hash !== undefined && !stored.deleted) cnt += 1;
  }
  return gapBetween({ digest: here, live }, { dg: there, cnt });
}

const differs = ({ expected, stored }: Pair): boolean => expected?.hash !== stored.hash;

describe('the gap between a head and a sum', () => {
  it('is closed by exactly the records that differ, with or without those that do not', () => {
    fc.assert(
      fc.property(records, (all) => {
        const pairs = pairsOf(all);
        const gap = gapOf(pairs);
        expect(isClosed(gap)).toBe(!pairs.some(differs));
        expect(isClosed(without(gap, pairs))).toBe(true);
        expect(isClosed(without(gap, pairs.filter(differs)))).toBe(true);
      }),
      { seed: SEED },
    );
  });

  it('stays open when one of them is left out or was read at another time', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.boolean(), (all, pick, isLeftOut) => {
        const pairs = pairsOf(all);
        const differing = pairs.filter(differs);
        const victim = differing[pick % Math.max(1, differing.length)];
        fc.pre(victim !== undefined);
        const others = differing.filter((pair) => pair !== victim);
        const stale = {
          ...victim,
          stored: pairOf(victim.key, { n: 0, deleted: false }, { n: 9, deleted: false }).stored,
        };
        const read = isLeftOut ? others : [...others, stale];
        expect(isClosed(without(gapOf(pairs), read))).toBe(false);
      }),
      { seed: SEED },
    );
  });

  it('is of strangers when their tags account for what is left, and of nobody else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat({ max: 1_000 }), (count, salt) => {
        const keys = Array.from({ length: count }, (_, i) => `list:${salt}/${i}`);
        const pairs = keys.map((key) =>
          pairOf(key, { n: 0, deleted: false }, { n: 1, deleted: false }),
        );
        const strangers = keys.map((key) => symbolOf(key, hashOf(key, 1, false)));
        const gap = gapOf(pairs);
        expect(isOfStrangers(gap, strangers)).toBe(true);
        expect(isOfStrangers(gap, strangers.slice(1))).toBe(false);
        expect(isOfStrangers({ ...gap, live: 1 }, strangers)).toBe(false);
        expect(isOfStrangers({ ...gap, digest: EMPTY_DIGEST }, strangers.slice(0, 1))).toBe(false);
      }),
      { seed: SEED },
    );
  });
});
