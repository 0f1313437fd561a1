import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChecklistError } from './errors.ts';
import type { Ranked } from './rank.ts';
import { byRank, placeAfter, ranksAtEnd } from './rank.ts';

const apply = (rows: readonly Ranked[], id: string, after: string | null): Ranked[] => {
  const changes = new Map(placeAfter(rows, id, after, 'item').map((c) => [c.id, c.rank]));
  const known = rows.some((row) => row.id === id) ? rows : [...rows, { id, rank: '' }];
  return known.map((row) => ({ ...row, rank: changes.get(row.id) ?? row.rank })).sort(byRank);
};
const idsOf = (rows: readonly Ranked[]): string[] => rows.map(({ id }) => id);

/** Rows with valid ranks of which some are equal, as after two inserts that did not see each other. */
const rowsWithTies = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 12 }).map((picks) => {
  const ranks = ranksAtEnd([], 7);
  return picks
    .map((pick, index) => ({ id: `id-${String(index).padStart(2, '0')}`, rank: ranks[pick]! }))
    .sort(byRank);
});

describe('placeAfter', () => {
  it('puts the row where it was asked to go and keeps the order of all others, ties included', () => {
    fc.assert(
      fc.property(rowsWithTies, fc.nat(), fc.option(fc.nat()), (rows, pick, target) => {
        const { id } = rows[pick % rows.length]!;
        const after = target === null ? null : rows[target % rows.length]!.id;
        const others = idsOf(rows).filter((other) => other !== id);
        const at = after === null ? 0 : others.indexOf(after) + 1;
        const wanted = after === id ? idsOf(rows) : others.toSpliced(at, 0, id);
        expect(idsOf(apply(rows, id, after))).toEqual(wanted);
      }),
    );
  });

  it('changes one rank only when no ranks are equal, and none when the row stands there already', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), fc.option(fc.nat()), (n, pick, t) => {
        const ranks = ranksAtEnd([], n);
        const rows = ranks.map((rank, index) => ({ id: `id-${index}`, rank }));
        const { id } = rows[pick % n]!;
        const after = t === null ? null : rows[t % n]!.id;
        const changes = placeAfter(rows, id, after, 'item');
        expect(changes.length).toBeLessThanOrEqual(1);
        const moved = apply(rows, id, after);
        if (changes.length === 0) expect(idsOf(moved)).toEqual(idsOf(rows));
      }),
    );
  });

  it('stays right and short over many moves of the same two rows', () => {
    let rows: Ranked[] = ranksAtEnd([], 3).map((rank, index) => ({ id: 'abc'[index]!, rank }));
    for (let round = 0; round < 500; round += 1) {
      rows = apply(rows, idsOf(rows)[2]!, idsOf(rows)[0]!);
    }
    expect(new Set(rows.map(({ rank }) => rank)).size).toBe(3);
    expect(Math.max(...rows.map(({ rank }) => rank.length))).toBeLessThan(300);
  });

  it('refuses a neighbour that is not there', () => {
    expect(() => placeAfter([{ id: 'a', rank: 'a0' }], 'b', 'gone', 'item')).toThrow(
      ChecklistError,
    );
  });
});

describe('byRank', () => {
  it('compares as Postgres does with collation "C": by bytes, then by id', () => {
    const word = fc.stringMatching(/^[0-9A-Za-z]{1,8}$/);
    fc.assert(
      fc.property(word, word, (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(byRank({ id: 'x', rank: a }, { id: 'x', rank: b }))).toBe(bytes);
      }),
    );
    expect(byRank({ id: 'a', rank: 'a0' }, { id: 'b', rank: 'a0' })).toBeLessThan(0);
  });
});
