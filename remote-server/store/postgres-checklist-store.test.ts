import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IssueScope } from '../../checklist/index.ts';
import {
  LIMITS,
  addItem,
  addList,
  applyTemplate,
  byRank,
  createTemplate,
  deleteList,
  editItem,
  moveItem,
  putSetting,
  readLists,
  readSetting,
  readTemplates,
  renameList,
  updateTemplate,
} from '../../checklist/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import type { TestDatabase } from '../../test/support/database.ts';
import { createDatabase } from '../database/create-database.ts';
import { createPostgresChecklistStore } from './postgres-checklist-store.ts';

let database: TestDatabase;
const committed: string[] = [];
const supplies = { now: () => new Date(), newId: () => randomUUID() };

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

function storeOf(tenant: string) {
  return createPostgresChecklistStore(createDatabase(database.pool), tenant, {
    committed: (each) => committed.push(each),
  });
}

function scope(issueId = randomUUID()): IssueScope {
  return { issueId, projectId: '10000', actor: 'uma' };
}

const count = async (sql: string, ...values: unknown[]) =>
  Number((await database.pool.query<{ n: string }>(sql, values)).rows[0]?.n);

describe('PostgresChecklistStore', () => {
  it('gives back exactly what was written, unicode included', async () => {
    const store = storeOf('exact');
    const at = scope();
    const text = '👩‍👩‍👧 Straße\u2028 “ok” \\ \' "';
    const made = await addList(
      store,
      at,
      { name: '  Ü ', items: [{ text, mandatory: true }] },
      supplies,
    );
    expect(await readLists(store, at)).toEqual([made]);
    expect(made.items[0]).toMatchObject({ text, mandatory: true, done: false });
  });

  it('tells of each commit and of no failed change', async () => {
    const store = storeOf('told');
    const at = scope();
    const list = await addList(store, at, { name: 'A' }, supplies);
    await expect(addList(store, at, { id: list.id, name: 'B' }, supplies)).rejects.toMatchObject({
      code: 'id_taken',
    });
    expect(committed.filter((each) => each === 'told')).toHaveLength(1);
    expect(await readLists(store, at)).toHaveLength(1);
  });

  it('gives parallel items of one list different ranks and keeps them all', async () => {
    const store = storeOf('ranks');
    const at = scope();
    const list = await addList(store, at, { name: 'A' }, supplies);
    await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        addItem(store, at, list.id, { text: `i${n}` }, supplies),
      ),
    );
    const after = (await readLists(store, at))[0]!;
    expect(after.items).toHaveLength(30);
    expect(new Set(after.items.map((item) => item.rank)).size).toBe(30);
    expect([...after.items].sort(byRank)).toEqual(after.items);
  });

  it('keeps a tick and a move of the same item that arrive together', async () => {
    const store = storeOf('both');
    const at = scope();
    const items = Array.from({ length: 12 }, (_, n) => ({ text: `i${n}` }));
    const list = await addList(store, at, { name: 'A', items }, supplies);
    await Promise.all(
      list.items.flatMap(({ id }) => [
        editItem(store, at, list.id, id, { done: true }, supplies),
        moveItem(store, at, list.id, id, { after: null }, supplies).catch(() => undefined),
      ]),
    );
    const after = (await readLists(store, at))[0]!;
    expect(after.items.every((item) => item.done)).toBe(true);
    expect(new Set(after.items.map((item) => item.rank)).size).toBe(12);
  });

  it('never lets parallel requests pass a limit', async () => {
    const store = storeOf('limit');
    const at = scope();
    const results = await Promise.allSettled(
      Array.from({ length: LIMITS.listsPerIssue + 5 }, (_, n) =>
        addList(store, at, { name: `L${n}` }, supplies),
      ),
    );
    expect(results.filter((each) => each.status === 'rejected')).toHaveLength(5);
    expect(await readLists(store, at)).toHaveLength(LIMITS.listsPerIssue);
  });

  it('reaches nothing of another tenant, even with the same ids', async () => {
    const [ada, bob] = [storeOf('ada'), storeOf('bob')];
    const at = scope();
    const id = randomUUID();
    await addList(ada, at, { id, name: 'Ada’s' }, supplies);
    await addList(bob, at, { id, name: 'Bob’s' }, supplies);
    await deleteList(bob, at, id, supplies);
    expect(await readLists(bob, at)).toEqual([]);
    expect((await readLists(ada, at)).map((list) => list.name)).toEqual(['Ada’s']);
    await expect(renameList(storeOf('eve'), at, id, { name: 'x' }, supplies)).rejects.toMatchObject(
      {
        code: 'not_found',
      },
    );
  });

  it('writes history and the progress mark in the transaction of the change', async () => {
    const store = storeOf('history');
    const at = scope();
    const list = await addList(store, at, { name: 'A', items: [{ text: 'x' }] }, supplies);
    await editItem(store, at, list.id, list.items[0]!.id, { done: true }, supplies);
    const rows = await database.pool.query<{ action: string; actor: string }>(
      'select action, actor from history where tenant = $1 order by id',
      ['history'],
    );
    expect(rows.rows).toEqual([
      { action: 'list_added', actor: 'uma' },
      { action: 'item_ticked', actor: 'uma' },
    ]);
    expect(await count('select count(*) n from progress_due where tenant = $1', 'history')).toBe(1);
  });

  it('keeps nothing of a change that fails at its end', async () => {
    const store = storeOf('half');
    await expect(
      store.change({ on: 'issue', issueId: '1' }, async (unit) => {
        await unit.progressDue('1', new Date().toISOString());
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await count('select count(*) n from progress_due where tenant = $1', 'half')).toBe(0);
  });

  it('runs a change again after a deadlock', async () => {
    const store = storeOf('deadlock');
    const at = scope();
    const [a, b] = [
      await addList(store, at, { name: 'A' }, supplies),
      await addList(store, at, { name: 'B' }, supplies),
    ];
    let meeting = 0;
    let arrived: () => void = () => undefined;
    const bothHoldOne = new Promise<void>((resolve) => (arrived = resolve));
    const cross = (first: string, second: string, name: string) =>
      store.change({ on: 'list', listId: first }, async (unit) => {
        meeting += 1;
        if (meeting === 2) arrived();
        if (meeting <= 2) await bothHoldOne;
        await unit.updateList(second, { name });
      });
    await Promise.all([cross(a.id, b.id, 'B2'), cross(b.id, a.id, 'A2')]);
    expect(meeting).toBeGreaterThan(2);
    expect((await readLists(store, at)).map((list) => list.name)).toEqual(['A2', 'B2']);
  });

  it('publishes revisions of a template and makes lists from them', async () => {
    const store = storeOf('templates');
    const project = { projectId: '10000', actor: 'uma' };
    const body = { name: 'DoD', items: [{ text: 'tests', mandatory: true }, { text: 'docs' }] };
    const made = await createTemplate(store, project, body, supplies);
    const second = await updateTemplate(
      store,
      project,
      made.id,
      { name: 'DoD', items: [{ id: made.items[1]!.id, text: 'docs!' }] },
      supplies,
    );
    expect(await readTemplates(store, project)).toEqual([second]);
    expect(second).toMatchObject({
      revision: 2,
      items: [{ id: made.items[1]!.id, text: 'docs!' }],
    });
    const list = await applyTemplate(store, scope(), { templateId: made.id }, supplies);
    expect(list).toMatchObject({
      templateId: made.id,
      templateRevision: 2,
      items: [{ text: 'docs!' }],
    });
  });

  it('keeps a setting whatever its value is', async () => {
    const store = storeOf('settings');
    expect(await readSetting(store, 'site')).toEqual({ scope: 'site', value: {} });
    const value = { a: [1, null, 'x'], deep: { t: true } };
    await putSetting(store, 'ada', { value }, supplies);
    await putSetting(store, 'ada', { value: { ...value, b: 2 } }, supplies);
    expect(await readSetting(store, 'site')).toEqual({ scope: 'site', value: { ...value, b: 2 } });
  });
});
