import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.ts';

/** Time that passes only when told to. */
function standingTime() {
  const sleepers: (() => void)[] = [];
  return {
    timing: {
      now: () => 0,
      sleep: () => new Promise<void>((resolve) => void sleepers.push(resolve)),
    },
    pass: () => {
      for (const wake of sleepers.splice(0)) wake();
    },
  };
}

/** Work that lasts until it is ended, and what has begun so far. */
function works(turns: Turns) {
  const { timing, pass } = standingTime();
  const begun: string[] = [];
  const refused: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    refused,
    pass: async () => {
      pass();
      await new Promise(setImmediate);
    },
    end: async (name: string) => {
      ends.get(name)?.();
      await new Promise(setImmediate);
    },
    begin: async (name: string, ...on: string[]) => {
      turns
        .take(on, timing, () => {
          begun.push(name);
          return new Promise<void>((resolve) => ends.set(name, resolve));
        })
        .catch((error: unknown) => refused.push(`${name}: ${String(error)}`));
      await new Promise(setImmediate);
    },
  };
}

describe('turns', () => {
  it('come one after the other where the work is on the same thing, and at once elsewhere', async () => {
    const { begin, end, begun } = works(new Turns());
    await begin('first', 'a');
    await begin('second', 'a', 'b');
    await begin('third', 'b');
    await begin('other', 'c');
    expect(begun).toEqual(['first', 'other']);
    await end('first');
    expect(begun).toEqual(['first', 'other', 'second']);
    await end('second');
    expect(begun).toEqual(['first', 'other', 'second', 'third']);
  });

  it('are given up behind work that hangs, and never overtake it', async () => {
    const { begin, pass, end, begun, refused } = works(new Turns());
    await begin('hangs', 'a');
    await begin('second', 'a');
    for (let half = 0; half < 20; half += 1) await pass();
    expect(refused).toEqual([expect.stringContaining('second: LayerError: ')]);
    await begin('third', 'a');
    expect(begun).toEqual(['hangs']);
    await end('hangs');
    expect(begun).toEqual(['hangs', 'third']);
  });

  it('end with the patience of whoever waits, and not before', async () => {
    const turns = new Turns();
    let end = (): void => undefined;
    const first = turns.take(
      ['a'],
      standingTime().timing,
      () => new Promise<void>((r) => (end = r)),
    );
    let left = 1_200;
    const impatient = {
      now: () => 0,
      sleep: (ms: number) =>
        (left -= ms) < 0
          ? Promise.reject(new Error('no time left'))
          : new Promise<void>(setImmediate),
    };
    const work = () => Promise.resolve('done');
    await expect(turns.take(['a'], impatient, work)).rejects.toThrow('no time left');
    const second = turns.take(
      ['a'],
      { ...impatient, sleep: () => new Promise<void>(() => undefined) },
      work,
    );
    end();
    await first;
    await expect(second).resolves.toBe('done');
  });

  it('go on behind work that fails, whose failure comes out', async () => {
    const turns = new Turns();
    const { timing } = standingTime();
    const failing = turns.take(['a'], timing, () => Promise.reject(new Error('no')));
    const after = turns.take(['a'], timing, () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('no');
    await expect(after).resolves.toBe('done');
  });
});
