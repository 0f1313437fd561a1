import { describe, expect, it } from '@jest/globals';
import { createFakeClock, seededRandom, systemClock } from './index.ts';

describe('the fake clock', () => {
  it('stands still until it is advanced', () => {
    const clock = createFakeClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  it('runs tasks in order of their due time, each at its own time', () => {
    const clock = createFakeClock(0);
    const seen: [string, number][] = [];
    clock.after(20, () => seen.push(['late', clock.now()]));
    clock.after(10, () => seen.push(['early', clock.now()]));
    clock.after(10, () => seen.push(['early too', clock.now()]));
    clock.advance(30);
    expect(seen).toEqual([
      ['early', 10],
      ['early too', 10],
      ['late', 20],
    ]);
    expect(clock.now()).toBe(30);
  });

  it('runs a task that another task registers on the way', () => {
    const clock = createFakeClock(0);
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.now());
      clock.after(10, again);
    };
    clock.after(10, again);
    clock.advance(35);
    expect(seen).toEqual([10, 20, 30]);
    expect(clock.pending()).toBe(1);
  });

  it('does not run a cancelled task', () => {
    const clock = createFakeClock();
    let ran = false;
    const cancel = clock.after(5, () => (ran = true));
    cancel();
    clock.advance(10);
    expect(ran).toBe(false);
  });

  it('lets awaiting code go on between tasks when advanced asynchronously', async () => {
    const clock = createFakeClock(0);
    const sleep = (ms: number): Promise<void> => new Promise((done) => clock.after(ms, done));
    const seen: number[] = [];
    const walk = (async () => {
      for (let i = 0; i < 3; i++) {
        await sleep(10);
        seen.push(clock.now());
      }
    })();
    await clock.advanceAsync(30);
    await walk;
    expect(seen).toEqual([10, 20, 30]);
  });
});

describe('seeded random', () => {
  it('repeats for the same seed and differs for another', () => {
    const draw = (seed: number | string): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 5 }, random);
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw('site')).toEqual(draw('site'));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('stays in [0, 1) and is roughly even', () => {
    const random = seededRandom(1);
    let sum = 0;
    for (let i = 0; i < 10_000; i++) {
      const drawn = random();
      expect(drawn >= 0 && drawn < 1).toBe(true);
      sum += drawn;
    }
    expect(sum / 10_000).toBeCloseTo(0.5, 1);
  });
});

describe('the system clock', () => {
  it('runs a task once and honours a cancel', async () => {
    let ran = 0;
    const cancelled = systemClock.after(1, () => ran++);
    cancelled();
    await new Promise<void>((resolve) => {
      const keepAlive = setTimeout(() => undefined, 5_000);
      systemClock.after(5, () => {
        ran++;
        clearTimeout(keepAlive);
        resolve();
      });
    });
    expect(ran).toBe(1);
  });
});
