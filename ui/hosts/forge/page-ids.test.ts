import { describe, expect, it } from '@jest/globals';
import { ownItemId, type List } from '../../../checklist/index.ts';
import { PageIds } from './page-ids.ts';

const LIST = '5f1ab3de-0000-4000-8000-000000000001';
const MINTED = '5f1ab3de-0000-4000-8000-000000000002';

describe('the ids of items as a page of Forge knows them', () => {
  it('stay what the page minted, and are sent as what they are kept under', async () => {
    const ids = new PageIds();
    await ids.note(LIST, MINTED);
    const own = await ownItemId(LIST, MINTED);
    expect(ids.kept(MINTED)).toBe(own);
    expect(ids.kept('other')).toBe('other');
    const item = { text: 'x', done: false, mandatory: false, rank: 'a' };
    const list = {
      items: [
        { ...item, id: own },
        { ...item, id: 'other' },
      ],
    } as List;
    expect(ids.seen(list).items.map(({ id }) => id)).toEqual([MINTED, 'other']);
  });
});
