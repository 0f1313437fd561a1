import { describe, expect, it } from '@jest/globals';
import { RecordMemory, UNCHANGED } from 'crossgrade/live';
import { newHead } from '../../storage-migration/bucket/head.ts';
import { END } from '../../storage-migration/bucket/position.ts';
import { logKey } from '../../storage-migration/forge/log-entry.ts';
import { seal } from '../../storage-migration/handover/moves.ts';
import { NOTES } from '../../storage-migration/simulation/notes.ts';
import { storeAtForge } from './store-at-forge.ts';

const nameOf = (value: unknown): string => (value as { m: string }).m;
const note = (m: string) => () => ({ m, p: '-' });

describe('a change by a process that remembers', () => {
  it('costs no read when nobody else has written the bucket since', async () => {
    const { records, asked } = await storeAtForge();
    const mine = records(new RecordMemory().of('one'));
    await mine.change('note:0', 'first', note('first'));
    asked();
    await mine.change('note:0', 'second', (present) => ({ m: 'second', p: nameOf(present) }));
    expect(asked()).toEqual(['/transaction']);
    expect(await records().read('note:0')).toMatchObject({
      stored: { value: { m: 'second', p: 'first' }, version: { e: 2, n: 2 } },
    });
  });

  it('loses nothing that somebody else wrote meanwhile', async () => {
    const { records } = await storeAtForge();
    const [mine, other] = [records(new RecordMemory().of('one')), records()];
    await mine.change('note:0', 'first', note('first'));
    await other.change('note:0', 'other', note('other'));
    await mine.change('note:0', 'second', (present) => ({ m: 'second', p: nameOf(present) }));
    expect(await records().read('note:0')).toMatchObject({
      stored: { value: { m: 'second', p: 'other' }, version: { e: 2, n: 3 } },
    });
  });

  it('concludes nothing from memory: neither that there is nothing to do nor a refusal', async () => {
    const { records } = await storeAtForge();
    const [mine, other] = [records(new RecordMemory().of('one')), records()];
    await mine.change('note:0', 'first', note('first'));
    await other.change('note:0', 'gone', () => undefined);
    const again = await mine.change('note:0', 'again', (present) =>
      present === undefined ? { m: 'again', p: '-' } : UNCHANGED,
    );
    expect(again.kind).toBe('changed');
    await other.change('note:0', 'gone', () => undefined);
    await mine.change('note:0', 'third', (present) => {
      if (present !== undefined) throw new Error('there is one already');
      return { m: 'third', p: '-' };
    });
    expect(await records().read('note:0')).toMatchObject({ stored: { value: { m: 'third' } } });
  });

  it('never takes Forge for the authority because it was', async () => {
    const { records, setHead } = await storeAtForge();
    const mine = records(new RecordMemory().of('one'));
    await mine.change('note:0', 'first', note('first'));
    await setHead('P', 4);
    expect(await mine.change('note:0', 'second', note('second'))).toEqual({
      kind: 'elsewhere',
      authority: 'P',
    });
  });

  it('believes a refusal where the log that would tell is swept after the seal', async () => {
    const { records, moveHead, handle } = await storeAtForge();
    const [mine, other] = [records(new RecordMemory().of('one')), records()];
    await mine.change('note:0', 'first', note('first'));
    await other.change('note:0', 'other', note('other'));
    await moveHead(
      0,
      seal(() => true),
    );
    await handle('/transaction', JSON.stringify({ delete: [{ key: logKey(NOTES.group, 0, 2) }] }));
    const result = await mine.change('note:0', 'second', note('second'));
    expect(result.kind).toBe('changed');
    expect(await other.read('note:0')).toMatchObject({ stored: { value: { m: 'second' } } });
  });

  it('hands out what it remembers so that nobody can change it', async () => {
    const { records } = await storeAtForge();
    const mine = records(new RecordMemory().of('one'));
    await mine.change('note:0', 'first', note('first'));
    const seen = (await mine.recall('note:0'))?.value as { m: string };
    seen.m = 'scribbled';
    expect((await mine.recall('note:0'))?.value).toEqual({ m: 'first', p: '-' });
  });

  it('reads what it does not remember without its head where it remembers that, and otherwise not at all', async () => {
    const { records, asked } = await storeAtForge();
    await records().change('note:1', 'first', note('first'));
    const mine = records(new RecordMemory().of('one'));
    expect(await mine.recall('note:1')).toBeUndefined();
    await mine.change('note:0', 'second', note('second'));
    asked();
    expect((await mine.recall('note:1'))?.value).toEqual({ m: 'first', p: '-' });
    expect(asked()).toEqual(['/get']);
    await mine.change('note:1', 'third', note('third'));
    expect(asked()).toEqual(['/transaction']);
  });

  it('never holds what it read before its own change for what is stored after it', async () => {
    const onTheWay = { meet: (): Promise<unknown> => Promise.resolve() };
    const { records } = await storeAtForge(async (operation, send) => {
      const answer = await send();
      if (operation === '/get') await onTheWay.meet();
      return answer;
    });
    await records().change('note:1', 'first', note('first'));
    const mine = records(new RecordMemory().of('one'));
    await mine.change('note:0', 'other', note('other'));
    onTheWay.meet = () => {
      onTheWay.meet = () => Promise.resolve();
      return mine.change('note:1', 'second', (present) => ({ m: 'second', p: nameOf(present) }));
    };
    expect((await mine.recall('note:1'))?.value).toEqual({ m: 'first', p: '-' });
    await mine.change('note:1', 'third', (present) => ({ m: 'third', p: nameOf(present) }));
    expect(await records().read('note:1')).toMatchObject({
      stored: { value: { m: 'third', p: 'second' }, version: { e: 2, n: 3 } },
    });
  });

  it('leaves with nothing asked when it waited for its turn and the records are known to be elsewhere by then', async () => {
    const { records, asked } = await storeAtForge();
    const asks: string[] = [];
    const mine = records(new RecordMemory().of('one'), () => {
      asks.push('elsewhere?');
      return Promise.resolve(true);
    });
    const [first, second] = await Promise.all(
      ['first', 'second'].map((name) => mine.change('note:0', name, note(name))),
    );
    expect(first).toMatchObject({ kind: 'changed' });
    expect(second).toEqual({ kind: 'elsewhere', authority: 'D' });
    expect(asks).toHaveLength(1);
    expect(asked().filter((operation) => operation === '/transaction')).toHaveLength(1);
  });

  it('lets all who come to change records of a bucket wait for a head that is being read', async () => {
    const { records, asked } = await storeAtForge();
    for (const n of [0, 1, 2]) await records().change(`note:${n}`, `first ${n}`, note('first'));
    const mine = records(new RecordMemory().of('one'));
    asked();
    const first = mine.read('note:0');
    const others = [1, 2].map((n) => mine.recall(`note:${n}`));
    await Promise.all([first, ...others]);
    for (const n of [0, 1, 2]) await mine.change(`note:${n}`, `second ${n}`, note('second'));
    // The head, three records, and nothing lost on the way to three changes.
    expect(asked().sort()).toEqual([
      '/entity/get',
      ...Array.from({ length: 3 }, () => '/get'),
      ...Array.from({ length: 3 }, () => '/transaction'),
    ]);
  });

  it('lets its own changes of one bucket wait for each other', async () => {
    const { records, asked } = await storeAtForge();
    const memory = new RecordMemory().of('one');
    await records(memory).change('note:0', 'first', note('first'));
    asked();
    await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        records(memory).change('note:0', `more ${n}`, (present) => ({
          m: String(n),
          p: nameOf(present),
        })),
      ),
    );
    expect(asked()).toEqual(Array.from({ length: 5 }, () => '/transaction'));
    expect(await records().read('note:0')).toMatchObject({ stored: { version: { e: 2, n: 6 } } });
  });
});

describe('the memory of records', () => {
  const head = { ...newHead({ epoch: 2, inc: 1, mapv: 1 }), auth: 'F' as const, bf: END };
  const stored = (n: number, value: string) => ({
    ...{ version: { e: 2, n }, deleted: false, hash: '0'.repeat(32), value },
  });

  it('forgets what it read under an earlier head when it sees a later one', () => {
    const memory = new RecordMemory().of('one');
    memory.note(0, head, [['a', stored(1, 'a')]]);
    memory.note(0, { ...head, seq: 3 }, [['b', stored(1, 'b')]]);
    expect([...(memory.recall(0)?.records.keys() ?? [])]).toEqual(['b']);
    memory.note(0, head, [['a', stored(1, 'a')]]);
    expect(memory.recall(0)?.head.seq).toBe(3);
  });

  it('keeps the rest of a bucket over its own change, and only over its own', () => {
    const memory = new RecordMemory().of('one');
    memory.note(0, head, [['a', stored(1, 'a')]]);
    memory.wrote(0, head, { ...head, seq: 1 }, [['b', stored(1, 'b')]]);
    expect([...(memory.recall(0)?.records.keys() ?? [])]).toEqual(['a', 'b']);
    memory.wrote(0, { ...head, seq: 2 }, { ...head, seq: 3 }, [['c', stored(1, 'c')]]);
    expect([...(memory.recall(0)?.records.keys() ?? [])]).toEqual(['c']);
  });

  it('keeps what was read before changes of its own that did not write it, and nothing else from before', () => {
    const memory = new RecordMemory().of('one');
    const at = (seq: number) => ({ ...head, seq });
    memory.note(0, at(1), []);
    memory.wrote(0, at(1), at(2), [['a', stored(2, 'own')]]);
    memory.wrote(0, at(2), at(3), [['b', { ...stored(2, 'in parts'), parts: 2 }]]);
    const early = ['a', 'b', 'c'].map((key) => [key, stored(1, 'early')] as const);
    memory.note(0, at(0), early);
    expect([...(memory.recall(0)?.records ?? [])]).toEqual([['a', stored(2, 'own')]]);
    memory.note(0, at(1), early);
    expect([...(memory.recall(0)?.records ?? [])]).toEqual([
      ['a', stored(2, 'own')],
      ['c', stored(1, 'early')],
    ]);
    // Somebody else has written between 3 and 5.
    memory.note(0, at(5), []);
    memory.wrote(0, at(5), at(6), [['a', stored(3, 'own')]]);
    memory.note(0, at(3), early);
    expect([...(memory.recall(0)?.records.keys() ?? [])]).toEqual(['a']);
  });

  it('holds to its size, and lets go what was longest not used', () => {
    const memory = new RecordMemory(12_000).of('one');
    for (let bucket = 0; bucket < 4; bucket += 1) {
      memory.note(bucket, head, [['a', stored(1, 'x'.repeat(1_500))]]);
      memory.recall(0);
    }
    expect(memory.recall(0)).toBeDefined();
    expect(memory.recall(1)).toBeUndefined();
    expect(memory.recall(3)).toBeDefined();
  });

  it('remembers no head but one with Forge, and no record that lies in parts', () => {
    const memory = new RecordMemory().of('one');
    memory.note(0, { ...head, auth: 'S' }, [['a', stored(1, 'a')]]);
    expect(memory.recall(0)).toBeUndefined();
    memory.note(1, head, [['a', { ...stored(1, 'a'), parts: 3 }]]);
    expect(memory.recall(1)?.records.size).toBe(0);
  });
});
