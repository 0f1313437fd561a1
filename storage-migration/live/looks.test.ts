import { describe, expect, it } from '@jest/globals';
import { newHead } from '../bucket/head.ts';
import { Looks } from './looks.ts';

const heads = (seq: number) => new Map([[0, { ...newHead({ epoch: 2, inc: 1, mapv: 1 }), seq }]]);
const seqOf = (found: ReturnType<Looks['ripen']>) => found?.get(0)?.seq;

describe('looks at the heads', () => {
  it('are handed out when batch reads have caught up with them, the newest first', () => {
    const looks = new Looks();
    expect(seqOf(looks.ripen(0, heads(1)))).toBeUndefined();
    expect(seqOf(looks.ripen(1_000, heads(2)))).toBeUndefined();
    expect(seqOf(looks.ripen(3_000, heads(3)))).toBe(1);
    expect(seqOf(looks.ripen(4_500, heads(4)))).toBe(2);
    expect(seqOf(looks.ripen(60_000, heads(5)))).toBe(4);
  });

  it('become ripe however often somebody looks', () => {
    const looks = new Looks();
    let newest = 0;
    for (let now = 0; now < 20_000; now += 100)
      newest = seqOf(looks.ripen(now, heads(now))) ?? newest;
    expect(newest).toBeGreaterThan(10_000);
  });
});
