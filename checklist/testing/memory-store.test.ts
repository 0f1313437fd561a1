import { describe, expect, it } from '@jest/globals';
import { addItem } from '../use-cases/add-item.ts';
import { addList } from '../use-cases/add-list.ts';
import { createTemplate } from '../use-cases/create-template.ts';
import { fixture } from './fixture.ts';

describe('MemoryStore', () => {
  it('undoes every row of a unit that fails, and leaves what others wrote meanwhile', async () => {
    const { store, scope, supplies } = fixture();
    const kept = await addList(store, scope, { name: 'A', items: [{ text: 'a' }] }, supplies);
    const template = await createTemplate(store, scope, { name: 'T', items: [] }, supplies);
    const failing = store.change({ on: 'issue', issueId: scope.issueId }, async (unit) => {
      await unit.updateList(kept.id, { rank: 'a5' });
      await unit.insertList({ ...kept, id: supplies.newId(), items: [] });
      await unit.updateItem(kept.id, kept.items[0]!.id, { text: 'lost' });
      await unit.deleteTemplate(template.id);
      await unit.putSetting('site', { lost: true }, 'now');
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error('no');
    });
    const added = addItem(store, scope, kept.id, { text: 'b' }, supplies);
    await expect(failing).rejects.toThrow('no');
    const { updatedAt } = await added;
    const [list, ...others] = await store.listsOfIssue(scope.issueId);
    expect(others).toEqual([]);
    expect(list).toMatchObject({ rank: kept.rank, updatedAt });
    expect(list?.items.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(await store.template(template.id)).toEqual(template);
    expect(await store.setting('site')).toBeUndefined();
  });

  it('hands out copies: changing an answer changes nothing stored', async () => {
    const { store, scope, supplies } = fixture();
    const list = await addList(store, scope, { name: 'A', items: [{ text: 'a' }] }, supplies);
    (await store.list(list.id))!.items.length = 0;
    expect(await store.list(list.id)).toEqual(list);
  });
});
