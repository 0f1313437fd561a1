import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { newHead, type Head } from '../bucket/head.ts';
import type { Outgoing } from '../record/outgoing.ts';
import { compareVersions } from '../terms.ts';
import { advance, judge, NOTHING_STORED, type Stored } from './apply-rule.ts';

const SEED = 20261126;

/** A bucket of a target, and what its head says about it. */
interface Target {
  readonly items: ReadonlyMap<string, Outgoing>;
  readonly head: Head;
}

const EMPTY: Target = {
  items: new Map(),
  head: newHead({ epoch: 1, inc: 1, mapv: 1 }),
};

/** One version has one content, so everything about an item follows from its key and version: every third is a delete. */
function itemOf([key, e, n]: readonly [string, number, number]): Outgoing {
  const hash = createHash('sha256').update(`${key} ${e} ${n}`).digest('hex').slice(0, 32);
  const json = (e + n) % 3 === 0 ? null : `{"n":${n}}`;
  return { key, forgeKey: key, entity: undefined, slot: 1, version: { e, n }, hash, json };
}

function storedOf(item: Outgoing | undefined): Stored {
  if (item === undefined) return NOTHING_STORED;
  return { version: item.version, deleted: item.json === null, hash: item.hash };
}

function send(target: Target, items: readonly Outgoing[]): Target {
  return items.reduce(({ items: held, head }, item) => {
    const replaces = storedOf(held.get(item.key));
    if (judge(item, replaces) !== 'write') return { items: held, head };
    return { items: new Map(held).set(item.key, item), head: advance(head, [{ item, replaces }]) };
  }, target);
}

/** Two targets into one: everything that the second holds is sent to the first. */
const join = (one: Target, other: Target): Target => send(one, [...other.items.values()]);

/** What counts: the records, and the sums over them. `seq` counts transactions and may differ. */
function content({ items, head }: Target): object {
  const held = [...items.values()].map(({ key, version, json }) => [key, version, json]).sort();
  return { held, cnt: head.cnt, dg: head.dg, sk: head.sk.toString() };
}

const sends = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 6 }),
    ),
    { maxLength: 20 },
  )
  .map((all) => all.map(itemOf));

type Sends = readonly Outgoing[];
const property = (check: (one: Sends, other: Sends, third: Sends) => void): void =>
  fc.assert(fc.property(sends, sends, sends, check), { seed: SEED });

describe('the apply rule, over any sets of sends with their tombstones', () => {
  it('is commutative', () => {
    property((one, other) => {
      expect(content(send(send(EMPTY, one), other))).toEqual(
        content(send(send(EMPTY, other), one)),
      );
    });
  });

  it('is idempotent', () => {
    property((one, other) => {
      const once = send(send(EMPTY, one), other);
      expect(content(send(send(once, one), other))).toEqual(content(once));
      expect(send(once, one).head.seq).toBe(once.head.seq);
    });
  });

  it('is associative', () => {
    property((first, second, third) => {
      const [a, b, c] = [first, second, third].map((set) => send(EMPTY, set));
      if (a === undefined || b === undefined || c === undefined) throw new RangeError();
      expect(content(join(join(a, b), c))).toEqual(content(join(a, join(b, c))));
    });
  });

  it('keeps of each record the newest, and the head always says what is there', () => {
    property((one, other) => {
      const { items, head } = send(send(EMPTY, one), other);
      for (const item of [...one, ...other]) {
        const held = items.get(item.key)?.version ?? { e: 0, n: 0 };
        expect(compareVersions(held, item.version)).toBeGreaterThanOrEqual(0);
      }
      const fresh = send(EMPTY, [...items.values()]).head;
      expect([head.cnt, head.dg, head.sk.toString()]).toEqual([
        ...[fresh.cnt, fresh.dg, fresh.sk.toString()],
      ]);
    });
  });
});
