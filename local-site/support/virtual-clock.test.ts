import { describe, expect, it } from '@jest/globals';
import { Activity, createVirtualClock, isSteerable, systemClock } from './index.ts';
import type { VirtualClock } from './index.ts';

const HOUR = 3_600_000;

/** Resolves when a task of the clock runs, and keeps the process alive until then. */
function sleep(clock: VirtualClock, ms: number): Promise<number> {
  return new Promise((resolve) => {
    const keepAlive = setTimeout(() => undefined, 10_000);
    clock.after(ms, () => {
      clearTimeout(keepAlive);
      resolve(clock.now());
    });
  });
}

describe('the clock of a running site', () => {
  it('runs by itself and fires its timers', async () => {
    const clock = createVirtualClock({ startMs: 1_000 });
    const at = await sleep(clock, 20);
    expect(at).toBeGreaterThanOrEqual(1_020);
    expect(clock.pending()).toBe(0);
  });

  it('fires a timer that is due before the one it waited for', async () => {
    const clock = createVirtualClock();
    const cancel = clock.after(HOUR, () => undefined);
    await sleep(clock, 5);
    cancel();
    expect(clock.pending()).toBe(0);
  });

  it('runs what falls due on the way when advanced, in order and each at its own time', async () => {
    const clock = createVirtualClock({ startMs: 0 });
    clock.pause();
    const seen: [string, number][] = [];
    clock.after(2 * HOUR, () => seen.push(['two', clock.now()]));
    clock.after(HOUR, () => {
      seen.push(['one', clock.now()]);
      clock.after(HOUR / 2, () => seen.push(['one and a half', clock.now()]));
    });
    const start = clock.now();
    clock.advance(90 * 60_000);
    expect(seen).toEqual([
      ['one', start + HOUR],
      ['one and a half', start + 1.5 * HOUR],
    ]);
    await clock.advanceAsync(HOUR);
    expect(seen.at(-1)).toEqual(['two', start + 2 * HOUR]);
    expect(clock.now()).toBe(start + 2.5 * HOUR);
  });

  it('stands while paused, goes on from there, and can run faster', async () => {
    const clock = createVirtualClock({ startMs: 0, speed: 1_000 });
    expect(await sleep(clock, 10_000)).toBeGreaterThanOrEqual(10_000);
    clock.pause();
    const stood = clock.now();
    let ran = false;
    clock.after(1, () => (ran = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([clock.now(), ran, clock.speed, clock.paused]).toEqual([stood, false, 0, true]);
    clock.resume();
    await sleep(clock, 1);
    expect(ran).toBe(true);
    expect(() => clock.setSpeed(0)).toThrow(RangeError);
    clock.setSpeed(10_000);
    expect(await sleep(clock, HOUR / 60)).toBeGreaterThanOrEqual(stood + HOUR / 60);
  });

  it('says by how much it is ahead, in a form that another process can go on from', async () => {
    const clock = createVirtualClock();
    expect(Math.abs(clock.offset)).toBeLessThan(5_000);
    await clock.advanceAsync(HOUR);
    // The machine's time passes on while the clock is moved.
    expect(Math.abs(clock.offset - HOUR)).toBeLessThan(5_000);
    const { now, machineNow, speed } = clock.reading();
    expect([Math.abs(now - machineNow - HOUR) < 5_000, speed]).toEqual([true, 1]);
  });

  it('makes advances wait for each other, for listeners and for what is under way', async () => {
    const clock = createVirtualClock({ startMs: 0 });
    clock.pause();
    const start = clock.now();
    const activity = new Activity();
    clock.settleWith((isDue) => activity.settle(isDue));
    const told: number[] = [];
    const stop = clock.onChange(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      told.push(clock.now() - start);
    });
    const work: number[] = [];
    for (const hours of [1, 2]) {
      clock.after(hours * HOUR, () => {
        void activity.during(async () => {
          await new Promise((resolve) => setTimeout(resolve, 15));
          // A store's latency: the work under way waits for the clock itself.
          await new Promise<void>((resolve) => clock.after(100, resolve));
          work.push(clock.now() - start);
        });
      });
    }
    await Promise.all([clock.advanceAsync(1.5 * HOUR), clock.advanceAsync(1.5 * HOUR)]);
    expect(work).toEqual([HOUR + 100, 2 * HOUR + 100]);
    expect(new Set(told)).toEqual(
      new Set([HOUR, HOUR + 100, 1.5 * HOUR, 2 * HOUR, 2 * HOUR + 100, 3 * HOUR]),
    );
    stop();
    expect(activity.underWay).toBe(0);
  });

  it('waits for something that hangs once, not at every step', async () => {
    const activity = new Activity();
    let end: () => void = () => undefined;
    const hanging = activity.during(() => new Promise<void>((resolve) => (end = resolve)));
    await activity.settle(() => false);
    let isOver = false;
    void activity.settle(() => false).then(() => (isOver = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(true);
    end();
    await hanging;
    expect(activity.underWay).toBe(0);
  });

  it('is told apart from a clock that nobody can move', () => {
    expect(isSteerable(createVirtualClock())).toBe(true);
    expect(isSteerable(systemClock)).toBe(false);
  });
});
