import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uuid } from './text.ts';
import { ownItemId } from './own-item-id.ts';

describe('the id of an item made by a page of Forge', () => {
  it('is a UUID, the same for the same list and page id, and another for any other pair', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uuid(), fc.uuid(), fc.uuid(), async (list, other, page) => {
        const id = await ownItemId(list, page);
        expect(uuid.parse(id)).toBe(id);
        expect(await ownItemId(list, page)).toBe(id);
        if (other !== list) expect(await ownItemId(other, page)).not.toBe(id);
        if (other !== page) expect(await ownItemId(list, other)).not.toBe(id);
      }),
    );
  });

  it('never changes: stored items are known by it', async () => {
    const page = '7b3f5a52-2a8e-4c0e-9c25-9d2c6a1f0b11';
    expect(await ownItemId('0d1f2f0a-5c53-4f1b-8d8a-1c2b3d4e5f60', page)).toBe(
      'b6027209-6608-8e34-a856-2534ced3b1b4',
    );
  });
});
