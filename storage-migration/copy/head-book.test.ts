import { describe, expect, it } from '@jest/globals';
import { NOTHING_STORED } from '../apply/apply-rule.ts';
import { formatHead, newHead, type Head } from '../bucket/head.ts';
import type { ForgeCarrier } from '../forge/carrier.ts';
import { HeadBook } from './head-book.ts';
import { type SendContext } from './send-context.ts';
import { newCopyAccount } from './reach.ts';
import { memoryGovernorStore, UnitAccount } from './unit-account.ts';

const FIRST = newHead({ epoch: 1, inc: 1, mapv: 1 });
const at = (seq: number, epoch = 1): Head => ({ ...FIRST, seq, epoch });

/** A context whose reads of a head are answered by hand, in any order. */
async function heldReads(): Promise<{
  context: SendContext;
  answers: ((head: Head) => void)[];
  book: HeadBook;
}> {
  const answers: ((head: Head) => void)[] = [];
  const get: ForgeCarrier['get'] = () =>
    new Promise((resolve) => {
      answers.push((head) => resolve({ kind: 'ok', value: { value: formatHead(head) } }));
    });
  const book = new HeadBook();
  let seconds = 0;
  const timing = { now: () => (seconds += 1) * 1_000, sleep: () => Promise.resolve() };
  const units = new UnitAccount(memoryGovernorStore(), timing);
  // A lease for the reads that follow, so that none of them waits and they stay in order.
  await units.take({ kind: 'read', units: 1, priority: 'push' });
  const context = {
    scope: { group: 'g', buckets: 64, tenantKey: Buffer.alloc(32), incarnation: 1, mapping: 1 },
    carrier: { get } as ForgeCarrier,
    units,
    timing,
    heads: book,
    random: () => 0,
    account: newCopyAccount(),
  };
  return { context, answers, book };
}

async function readsUnderWay(answers: unknown[], count: number): Promise<void> {
  while (answers.length < count) await new Promise((resolve) => setImmediate(resolve));
}

describe('the book of heads', () => {
  it('takes two reads that cross for what they are, and no regression', async () => {
    const { context, answers, book } = await heldReads();
    const [early, late] = [book.readStrictly(context, 0), book.readStrictly(context, 0)];
    await readsUnderWay(answers, 2);
    answers[1]!(at(6));
    expect((await late).seq).toBe(6);
    answers[0]!(at(5));
    expect((await early).seq).toBe(5);
    expect((await book.read(context, 0)).seq).toBe(6);
  });

  it('still notices a head that is older than one known before the read', async () => {
    const { context, answers, book } = await heldReads();
    book.recall(0, 1, 6);
    const read = book.readStrictly(context, 0);
    await readsUnderWay(answers, 1);
    answers[0]!(at(5));
    await expect(read).rejects.toMatchObject({ code: 'head.regressed' });
  });

  it('remembers a record only under the head that it was read under', async () => {
    const { book } = await heldReads();
    book.wrote(0, at(5), []);
    book.remember(0, at(5), 'a', NOTHING_STORED);
    expect(book.remembered(0, at(5), 'a')).toBe(NOTHING_STORED);
    book.remember(0, at(4), 'b', NOTHING_STORED);
    expect(book.remembered(0, at(5), 'b')).toBeUndefined();
    book.wrote(0, at(6), []);
    expect(book.remembered(0, at(5), 'a')).toBeUndefined();
  });

  it('learns nothing from the answer to a write that others have passed meanwhile', async () => {
    const { context, answers, book } = await heldReads();
    const read = book.readStrictly(context, 0);
    await readsUnderWay(answers, 1);
    answers[0]!(at(7));
    await read;
    book.wrote(0, at(6), []);
    expect((await book.read(context, 0)).seq).toBe(7);
  });
});
