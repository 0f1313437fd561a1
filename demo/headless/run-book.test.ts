import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { List } from '../../checklist/index.ts';
import { emptyList } from './open-asks.ts';
import { RunBook } from './run-book.ts';

const ISSUE = { id: '10000', key: 'TALLY-1', projectId: '10000', projectKey: 'TALLY' };
const listOf = (id: string, ...texts: string[]): List => ({
  ...emptyList(ISSUE, id),
  items: texts.map((text) => ({ id: text, text, done: false, mandatory: false, rank: text })),
});

describe('the book of a run whose process was killed', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'run-book-'));
    file = join(folder, 'ledger.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('knows every answer that was counted, and what was asked without an answer', async () => {
    // Never closed: as after a SIGKILL.
    const { saved } = new RunBook(file);
    await saved.list(listOf('a', 'one'));
    await saved.list(listOf('b', 'two'));
    await saved.deleted(ISSUE.id, 'b');
    await saved.refuse('a', '404');
    await saved.asks({ issueId: ISSUE.id, listId: 'a', mayBeGone: false });
    const again = new RunBook(file);
    expect(again.isResumed).toBe(true);
    expect(again.saved.acknowledged).toBe(3);
    expect(again.saved.present()).toEqual([listOf('a', 'one')]);
    expect(again.saved.gone()).toEqual(['b']);
    expect([...again.saved.refusals]).toEqual([['404', 1]]);
    expect(again.saved.openAsks()).toEqual([{ issueId: ISSUE.id, listId: 'a', mayBeGone: false }]);
  });

  it('forgives one change of a request without an answer, and says when more is missing', async () => {
    const { saved } = new RunBook(file);
    await saved.list(listOf('a', 'one', 'two', 'three'));
    await saved.seenAfterSilence(
      listOf('a', 'one', 'two', 'three'),
      listOf('a', 'one', 'two'),
      false,
    );
    expect(saved.lostInSilence).toEqual([]);
    await saved.seenAfterSilence(listOf('a', 'one', 'two'), listOf('a'), false);
    await saved.seenAfterSilence(listOf('a'), undefined, false);
    const again = new RunBook(file).saved;
    expect(again.lostInSilence).toEqual(['2 items of a', 'list a']);
    expect(again.knownFrom('a')).toBe('look');
  });

  it('does no step twice, and remembers what came of it and who was killed', async () => {
    const book = new RunBook(file);
    expect(await book.once('cutover', () => 1_200)).toBe(1_200);
    await book.kills('site');
    await book.seeds({ index: 3, issue: ISSUE, listId: 'a' });
    const again = new RunBook(file);
    expect(await again.once('cutover', () => Promise.reject(new Error('again')))).toBe(1_200);
    expect(again.isDone('rollback')).toBe(false);
    expect(again.killed.get('site')).toBe(1);
    expect(again.seeded().get(3)?.listId).toBe('a');
  });

  it('leaves out a last line that was never finished', async () => {
    const book = new RunBook(file);
    await book.saved.list(listOf('a', 'one'));
    appendFileSync(file, '{"kind":"deleted","issueId":"10000","lis');
    const again = new RunBook(file);
    await again.saved.list(listOf('b', 'two'));
    expect(new RunBook(file).saved.present()).toHaveLength(2);
  });
});
