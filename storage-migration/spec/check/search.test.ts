import { describe, expect, it } from '@jest/globals';
import { FingerprintSet } from './fingerprint-set.ts';
import type { Model } from './model.ts';
import { search } from './search.ts';

/** Two counters up to a limit; `jump` lets one of them leap over the limit. */
function counters(limit: number, jump = false): Model<readonly [number, number]> {
  return {
    name: 'counters',
    initial: [0, 0],
    steps([a, b], emit) {
      if (a < limit) emit('a', [a + 1, b]);
      if (b < limit) emit('b', [a, b + 1]);
      if (jump && a === 1 && b === 1) emit('jump', [limit + 1, b]);
    },
    violation: ([a]) => (a > limit ? 'over the limit' : undefined),
    encode: ([a, b]) => String.fromCharCode(a, b),
    goals: { top: ([a, b]) => a === limit && b === limit },
  };
}

describe('the search', () => {
  it('visits every state once', () => {
    expect(search(counters(9), { liveness: true })).toEqual({
      ...{ states: 100, transitions: 180, depth: 18, complete: true },
    });
  });

  it('finds a violation by a shortest way', () => {
    const { violation } = search(counters(9, true));
    expect(violation?.what).toBe('over the limit');
    expect(violation?.trace).toHaveLength(3);
    expect(violation?.trace.at(-1)).toBe('jump');
  });

  it('finds a state from which a goal is out of reach', () => {
    const model: Model<readonly [number, number]> = {
      ...counters(3),
      steps([a, b], emit) {
        if (a < 3) emit('a', [a + 1, b]);
        if (b < 3 && a !== 2) emit('b', [a, b + 1]);
        if (a === 1 && b === 0) emit('trap', [9, 9]);
      },
      violation: () => undefined,
    };
    expect(search(model, { liveness: true }).violation).toEqual({
      what: 'stuck: top is out of reach',
      trace: ['a', 'trap'],
    });
  });

  it('says when it stopped before the end', () => {
    expect(search(counters(9), { maxStates: 10 })).toMatchObject({ complete: false });
  });
});

describe('the set of fingerprints', () => {
  it('gives places in order of insertion and knows what it has', () => {
    const set = new FingerprintSet(4);
    const texts = Array.from({ length: 1000 }, (_, index) => `state ${index}`);
    expect(texts.map((text) => set.add(text))).toEqual(texts.map((_, index) => index));
    expect(texts.map((text) => set.add(text))).toEqual(texts.map((_, index) => -index - 1));
    expect(set.size).toBe(1000);
  });
});
