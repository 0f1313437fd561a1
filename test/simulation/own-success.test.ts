import { describe, expect, it } from '@jest/globals';
import { UNCHANGED } from 'crossgrade/live';
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
});
