import { describe, expect, it } from '@jest/globals';
import { UNCHANGED } from 'crossgrade/live';
import { headKey } from '../../storage-migration/bucket/head.ts';
import { bucketOf, slotOf } from '../../storage-migration/bucket/slot.ts';
import { turn } from '../../storage-migration/handover/moves.ts';
import { NOTES } from '../../storage-migration/simulation/notes.ts';
import { storeAtForge, type OnCall } from './store-at-forge.ts';

/** Records of a tenant whose authority is Forge. `onCall` may hold a request back. */
async function recordsAtForge(onCall: OnCall) {
  return (await storeAtForge(onCall)).records();
}

describe('a change whose first attempt is applied late', () => {
  it('is told as made, also when the second attempt sees nothing left to do', async () => {
    let late: (() => Promise<Response>) | undefined;
    let isRough = false;
    const records = await recordsAtForge(async (operation, send) => {
      if (isRough && operation === '/transaction') {
        isRough = false;
        late = send;
        throw new TypeError('timed out');
      }
      // Between the second attempt's look at the head and its look at the record.
      if (operation === '/get' && late !== undefined) {
        const apply = late;
        late = undefined;
        await apply();
      }
      return send();
    });
    await records.change('note:0', 'first', () => ({ m: 'first', p: '-' }));
    isRough = true;
    const result = await records.change('note:0', 'second', (present) =>
      present === undefined ? UNCHANGED : undefined,
    );
    expect(result).toEqual({ kind: 'changed', stored: undefined });
  });

  it('is told as made, also when the second attempt would refuse', async () => {
    let late: (() => Promise<Response>) | undefined;
    let isRough = true;
    const records = await recordsAtForge(async (operation, send) => {
      if (isRough && operation === '/transaction') {
        isRough = false;
        late = send;
        throw new TypeError('timed out');
      }
      if (operation === '/get' && late !== undefined) {
        const apply = late;
        late = undefined;
        await apply();
      }
      return send();
    });
    const result = await records.change('note:0', 'once', (present) => {
      if (present !== undefined) throw new Error('it exists already');
      return { m: 'once', p: '-' };
    });
    expect(result.kind).toBe('changed');
  });

  it('finds it in whichever of its buckets it can be seen, also when a rollback has begun', async () => {
    const inBucket = (bucket: number): string => {
      for (let n = 0; ; n += 1) if (bucketOf(slotOf(`note:${n}`), 2) === bucket) return `note:${n}`;
    };
    const keys = [inBucket(0), inBucket(1)];
    let late: (() => Promise<Response>) | undefined;
    let isRough = false;
    const store = await storeAtForge(async (operation, send, body) => {
      if (isRough && operation === '/transaction') {
        isRough = false;
        late = send;
        throw new TypeError('timed out');
      }
      // Between the second attempt's looks at the two heads.
      if (late !== undefined && body.includes(headKey(NOTES.group, 1))) {
        const apply = late;
        late = undefined;
        await apply();
        await store.moveHead(1, turn);
      }
      return send();
    }, 2);
    isRough = true;
    const values = new Map(keys.map((key) => [key, { m: 'one', p: '-' }]));
    const result = await store.records().changeAll(keys, 'one', () => values);
    expect(result.kind).toBe('changed');
  });
});
