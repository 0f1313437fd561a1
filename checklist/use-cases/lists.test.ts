import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../limits.ts';
import { fixture } from '../testing/fixture.ts';
import { addList } from './add-list.ts';
import { deleteList } from './delete-list.ts';
import { forgetIssue } from './forget-issue.ts';
import { moveList } from './move-list.ts';
import { readLists } from './read-lists.ts';
import { renameList } from './rename-list.ts';

const GONE = '00000000-0000-4000-8000-999999999999';

describe('lists of an issue', () => {
  it('are added behind the others and answered as they are stored', async () => {
    const { store, scope, supplies } = fixture();
    const first = await addList(store, scope, { name: 'One' }, supplies);
    const body = {
      name: 'Two',
      items: [
        { text: 'a', done: true },
        { text: 'b', mandatory: true },
      ],
    };
    const second = await addList(store, scope, body, supplies);
    expect(await readLists(store, scope)).toEqual([first, second]);
    expect(second.items.map(({ text, done, mandatory }) => ({ text, done, mandatory }))).toEqual([
      { text: 'a', done: true, mandatory: false },
      { text: 'b', done: false, mandatory: true },
    ]);
    expect(store.progressDue).toEqual(['10001']);
  });

  it('are refused from the twenty-first on, with the limit, and nothing is written', async () => {
    const { store, scope, supplies } = fixture();
    for (let n = 0; n < LIMITS.listsPerIssue; n += 1) {
      await addList(store, scope, { name: `List ${n}` }, supplies);
    }
    const written = store.history.length;
    await expect(addList(store, scope, { name: 'More' }, supplies)).rejects.toMatchObject({
      code: 'over_limit',
      problem: { limit: 20, what: 'listsPerIssue' },
    });
    expect(store.history).toHaveLength(written);
  });

  it('are not counted twice when two people add at once', async () => {
    const { store, scope, supplies } = fixture();
    const results = await Promise.allSettled(
      Array.from({ length: 25 }, (_, n) => addList(store, scope, { name: `${n}` }, supplies)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(await readLists(store, scope)).toHaveLength(20);
  });

  it('refuse an id that is taken, of a list or of an item, without writing half', async () => {
    const { store, scope, supplies } = fixture();
    const { id, items } = await addList(
      store,
      scope,
      { name: 'One', items: [{ text: 'a' }] },
      supplies,
    );
    await expect(addList(store, scope, { id, name: 'Two' }, supplies)).rejects.toMatchObject({
      problem: { code: 'id_taken', what: 'list' },
    });
    const body = { name: 'Three', items: [{ id: items[0]!.id, text: 'b' }] };
    await expect(addList(store, scope, body, supplies)).rejects.toMatchObject({
      problem: { code: 'id_taken', what: 'item' },
    });
    expect(await readLists(store, scope)).toHaveLength(1);
  });

  it('are renamed, moved and deleted; deleting twice says not found', async () => {
    const { store, scope, supplies } = fixture();
    const ids: string[] = [];
    for (const name of ['A', 'B', 'C']) {
      ids.push((await addList(store, scope, { name }, supplies)).id);
    }
    const [a, b, c] = ids as [string, string, string];
    expect((await renameList(store, scope, b, { name: 'Bee' }, supplies)).name).toBe('Bee');
    const moved = await moveList(store, scope, c, { after: null }, supplies);
    expect(moved.map(({ name }) => name)).toEqual(['C', 'A', 'Bee']);
    expect(await readLists(store, scope)).toEqual(moved);
    await deleteList(store, scope, a, supplies);
    await expect(deleteList(store, scope, a, supplies)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(moveList(store, scope, b, { after: GONE }, supplies)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('of another issue look as if they were not there', async () => {
    const { store, scope, supplies } = fixture();
    const { id } = await addList(store, scope, { name: 'Mine' }, supplies);
    const other = { ...scope, issueId: '10002' };
    await expect(renameList(store, other, id, { name: 'x' }, supplies)).rejects.toMatchObject({
      problem: { code: 'not_found', what: 'list' },
    });
    await expect(deleteList(store, other, id, supplies)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('take the project of an issue that moved, and keep their identity', async () => {
    const { store, scope, supplies } = fixture();
    const { id } = await addList(store, scope, { name: 'A' }, supplies);
    const moved = { ...scope, projectId: '20000' };
    const list = await renameList(store, moved, id, { name: 'B' }, supplies);
    expect(list).toMatchObject({ id, projectId: '20000' });
    expect(await store.list(id)).toEqual(list);
  });

  it('go when the issue is deleted; hearing of it twice changes nothing more', async () => {
    const { store, scope, supplies } = fixture();
    await addList(store, scope, { name: 'A' }, supplies);
    expect(await forgetIssue(store, scope.issueId, supplies)).toBe(1);
    const written = store.history.length;
    expect(await forgetIssue(store, scope.issueId, supplies)).toBe(0);
    expect(store.history).toHaveLength(written);
  });
});
