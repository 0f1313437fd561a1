import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { newHead } from '../bucket/head.ts';
import type { Outgoing } from '../record/outgoing.ts';
import { advance, judge, NOTHING_STORED, type Stored } from './apply-rule.ts';

const SEED = 20261125;

function outgoing(key: string, e: number, n: number, deleted: boolean): Outgoing {
  const hash = createHash('sha256').update(`${key} ${e} ${n}`).digest('hex').slice(0, 32);
  const json = deleted ? null : '{}';
  return { key, forgeKey: key, entity: 'x', slot: 1, version: { e, n }, hash, json };
}

/** A target that follows the rule: what a real transaction does, without the wire. */
function apply(target: Map<string, Stored>, head: ReturnType<typeof newHead>, item: Outgoing) {
  const stored = target.get(item.key) ?? NOTHING_STORED;
  if (judge(item, stored) !== 'write') return head;
  target.set(item.key, { version: item.version, deleted: item.json === null, hash: item.hash });
  return advance(head, [{ item, replaces: stored }]);
}

const message = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  e: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 5 }),
  deleted: fc.boolean(),
});

describe('the one apply rule', () => {
  it('ends in the same state whatever the order and however often messages arrive', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), fc.nat(), (messages, seed) => {
        // One version has one content: two contents for one version is a split brain, tested below.
        const items = [...new Map(messages.map((m) => [`${m.key} ${m.e} ${m.n}`, m])).values()].map(
          (m) => outgoing(m.key, m.e, m.n, m.deleted),
        );
        const shuffled = [...items, ...items]
          .map((item, i) => ({
            item,
            at: (seed * 2_654_435_761 + i * 40_503 * (seed + 7)) % 1_009,
          }))
          .sort((a, b) => a.at - b.at)
          .map(({ item }) => item);
        const run = (order: readonly Outgoing[]) => {
          const target = new Map<string, Stored>();
          let head = newHead({ epoch: 1, inc: 1, mapv: 1 });
          for (const item of order) head = apply(target, head, item);
          return {
            target: [...target].sort(),
            cnt: head.cnt,
            dg: head.dg,
            sk: head.sk.toString(),
          };
        };
        expect(run(shuffled)).toEqual(run(items));
      }),
      { seed: SEED },
    );
  });

  it('never lets an older version undo a newer one, tombstones included', () => {
    const tombstone: Stored = { version: { e: 2, n: 3 }, deleted: true, hash: 'f'.repeat(32) };
    expect(judge(outgoing('a', 2, 2, false), tombstone)).toBe('acknowledge');
    expect(judge(outgoing('a', 1, 99, false), tombstone)).toBe('acknowledge');
    expect(judge(outgoing('a', 2, 4, false), tombstone)).toBe('write');
    expect(judge(outgoing('a', 3, 1, false), tombstone)).toBe('write');
  });

  it('calls the same version with another content a split brain', () => {
    const item = outgoing('a', 1, 1, false);
    expect(judge(item, { version: item.version, deleted: false, hash: item.hash })).toBe(
      'acknowledge',
    );
    expect(judge(item, { version: item.version, deleted: false, hash: '0'.repeat(32) })).toBe(
      'split-brain',
    );
  });
});
