import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LIMITS } from '../limits.ts';
import type { Fixture } from '../testing/fixture.ts';
import { fixture } from '../testing/fixture.ts';
import type { List } from '../wire.ts';
import { addItem } from './add-item.ts';
import { addList } from './add-list.ts';
import { deleteItem } from './delete-item.ts';
import { editItem } from './edit-item.ts';
import { moveItem } from './move-item.ts';

let f: Fixture;
let list: List;

async function listOf(texts: readonly string[]): Promise<List> {
  const items = texts.map((text) => ({ text }));
  return addList(f.store, f.scope, { name: 'Release', items }, f.supplies);
}
const texts = ({ items }: List): string[] => items.map(({ text }) => text);
const idOf = (text: string): string => list.items.find((item) => item.text === text)!.id;

beforeEach(async () => {
  f = fixture();
  list = await listOf(['a', 'b', 'c']);
});

describe('items of a list', () => {
  it('are added at the end, first, or behind another', async () => {
    const { store, scope, supplies } = f;
    await addItem(store, scope, list.id, { text: 'end' }, supplies);
    await addItem(store, scope, list.id, { text: 'first', after: null }, supplies);
    const after = idOf('a');
    const now = await addItem(store, scope, list.id, { text: 'behind a', after }, supplies);
    expect(texts(now)).toEqual(['first', 'a', 'behind a', 'b', 'c', 'end']);
    expect(await store.list(list.id)).toEqual(now);
  });

  it('are refused from the two hundred and first on', async () => {
    const { store, scope, supplies } = f;
    const full = await listOf(Array.from({ length: LIMITS.itemsPerList }, (_, n) => `${n}`));
    await expect(addItem(store, scope, full.id, { text: 'more' }, supplies)).rejects.toMatchObject({
      problem: { code: 'over_limit', limit: 200 },
    });
  });

  it('keep both ticks when two people tick at once', async () => {
    const { store, scope, supplies } = f;
    await Promise.all(
      ['a', 'c'].map((text) =>
        editItem(store, scope, list.id, idOf(text), { done: true }, supplies),
      ),
    );
    const now = await store.list(list.id);
    expect(now?.items.map(({ done }) => done)).toEqual([true, false, true]);
  });

  it('keep a tick and a reorder that meet', async () => {
    const { store, scope, supplies } = f;
    await Promise.all([
      editItem(store, scope, list.id, idOf('b'), { done: true }, supplies),
      moveItem(store, scope, list.id, idOf('b'), { after: null }, supplies),
      editItem(store, scope, list.id, idOf('b'), { text: 'B' }, supplies),
    ]);
    const now = await store.list(list.id);
    expect(now?.items.map(({ text, done }) => [text, done])).toEqual([
      ['B', true],
      ['a', false],
      ['c', false],
    ]);
  });

  it('write nothing when told what is already so', async () => {
    const { store, scope, supplies } = f;
    const written = store.history.length;
    await editItem(store, scope, list.id, idOf('a'), { text: 'a', done: false }, supplies);
    await moveItem(store, scope, list.id, idOf('b'), { after: idOf('a') }, supplies);
    expect(store.history).toHaveLength(written);
    expect(await store.list(list.id)).toEqual(list);
  });

  it('are deleted once; the second time says not found', async () => {
    const { store, scope, supplies } = f;
    const id = idOf('b');
    expect(texts(await deleteItem(store, scope, list.id, id, supplies))).toEqual(['a', 'c']);
    await expect(deleteItem(store, scope, list.id, id, supplies)).rejects.toMatchObject({
      problem: { code: 'not_found', what: 'item' },
    });
    await expect(
      moveItem(store, scope, list.id, idOf('a'), { after: id }, supplies),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('leave a line of history for each change, without the text of an item', async () => {
    const { store, scope, supplies } = f;
    const secret = 'call Uma at home';
    const added = await addItem(store, scope, list.id, { text: secret }, supplies);
    const id = added.items.at(-1)!.id;
    await editItem(store, scope, list.id, id, { done: true, text: `${secret}!` }, supplies);
    await deleteItem(store, scope, list.id, id, supplies);
    expect(store.history.map(({ action }) => action)).toEqual([
      'list_added',
      'item_added',
      'item_ticked',
      'item_edited',
      'item_deleted',
    ]);
    expect(JSON.stringify(store.history)).not.toContain('Uma at');
  });

  it('answer every change with exactly what is stored, whatever the order of changes', async () => {
    const command = fc.record({
      kind: fc.constantFrom('add', 'tick', 'move', 'delete'),
      at: fc.nat(),
      after: fc.option(fc.nat()),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
        f = fixture();
        const { store, scope, supplies } = f;
        let now = await listOf(['a', 'b', 'c']);
        for (const { kind, at, after } of commands) {
          const item = now.items[at % Math.max(1, now.items.length)];
          const behind = after === null ? null : (now.items[after % now.items.length]?.id ?? null);
          if (kind === 'add' || !item) {
            now = await addItem(store, scope, now.id, { text: 'x', after: behind }, supplies);
          } else if (kind === 'tick') {
            now = await editItem(store, scope, now.id, item.id, { done: !item.done }, supplies);
          } else if (kind === 'move') {
            now = await moveItem(store, scope, now.id, item.id, { after: behind }, supplies);
          } else {
            now = await deleteItem(store, scope, now.id, item.id, supplies);
          }
          expect(await store.list(now.id)).toEqual(now);
        }
      }),
      { numRuns: 60 },
    );
  });
});
