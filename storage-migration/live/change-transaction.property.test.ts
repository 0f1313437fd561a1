import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOTHING_STORED, type Write } from '../apply/apply-rule.ts';
import { newHead } from '../bucket/head.ts';
import type { Outgoing } from '../record/outgoing.ts';
import { changeTransaction, MOST_AT_ONCE, type BucketChange } from './change-transaction.ts';

const SEED = 20261126;
const SCOPE = { group: 'g', buckets: 64, tenantKey: Buffer.alloc(32), incarnation: 1, mapping: 1 };

function writeOf(key: string, isDelete: boolean): Write {
  const json = isDelete ? null : '{"v":1}';
  const hash = 'a'.repeat(32);
  const item: Outgoing = {
    ...{ key, forgeKey: key, entity: undefined, slot: 0, version: { e: 2, n: 2 }, hash, json },
  };
  const replaces = isDelete
    ? { version: { e: 1, n: 1 }, deleted: false, hash: 'b'.repeat(32) }
    : NOTHING_STORED;
  return { item, replaces };
}

/** Buckets with their records, as many as may be changed at once. */
const changes = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), {
    ...{ minLength: 1, maxLength: MOST_AT_ONCE },
  })
  .chain((records) =>
    fc.constantFrom('F' as const, 'S' as const).map((auth): readonly BucketChange[] => {
      const writes = new Map<number, Write[]>();
      records.forEach(([bucket, isDelete], i) => {
        writes.set(bucket, [...(writes.get(bucket) ?? []), writeOf(`note:${i}`, isDelete)]);
      });
      const head = { ...newHead({ epoch: 2, inc: 1, mapv: 1 }), auth, seq: 7 };
      return [...writes].map(([bucket, all]) => ({ bucket, head, writes: all }));
    }),
  );

it('a change has one log entry for each bucket, which names all its records; under a seal none', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const { set, delete: gone } = changeTransaction(SCOPE, 'm', all);
      expect(set.length + gone.length).toBeLessThanOrEqual(25);
      const logged = set.filter(({ key }) => key.startsWith('l:'));
      const tombstones = set.filter(({ key }) => key.startsWith('t:'));
      if (all[0]?.head.auth === 'S') {
        expect([logged, tombstones]).toEqual([[], []]);
        return;
      }
      expect(logged.map(({ key }) => key).sort()).toEqual(
        all.map(({ bucket }) => `l:g:${bucket}:8`).sort(),
      );
      for (const { bucket, writes } of all) {
        const entry = logged.find(({ key }) => key === `l:g:${bucket}:8`);
        const { r } = JSON.parse(entry?.json ?? '{}') as { r: [string, number, number][] };
        expect(r.map(([key]) => key)).toEqual(writes.map(({ item }) => item.key));
      }
    }),
    { seed: SEED },
  );
});
