import { expect, it } from '@jest/globals';
import { createFakeClock } from '../support/fake-clock.ts';
import type { Installation } from './installations.ts';
import { later } from './timers.ts';

const installation = (): Installation & { open: boolean } =>
  ({ open: true, cancels: new Set() }) as unknown as Installation & { open: boolean };

it('holds one timer of the clock for ten thousand installations', () => {
  const clock = createFakeClock();
  const installations = Array.from({ length: 10_000 }, installation);
  let ran = 0;
  for (const [index, one] of installations.entries()) {
    for (const ms of [1_000 + index, 5_000 + index]) {
      later(
        clock,
        one,
        ms,
        () => {
          ran += 1;
          return Promise.resolve();
        },
        () => undefined,
      );
    }
  }
  expect(clock.pending()).toBe(1);
  clock.advance(2_000);
  expect(ran).toBe(1_001);
  expect(clock.pending()).toBe(1);
  for (const one of installations) {
    for (const cancel of one.cancels) cancel();
  }
  expect(clock.pending()).toBe(0);
});

it('drops what an installation had left when it was closed, and reports what failed', async () => {
  const clock = createFakeClock();
  const one = installation();
  const seen: string[] = [];
  const add = (ms: number, task: () => Promise<void>): void => {
    later(clock, one, ms, task, (error) => seen.push(String(error)));
  };
  add(1_000, () => Promise.reject(new Error('No.')));
  add(2_000, () => {
    seen.push('too late');
    return Promise.resolve();
  });
  await clock.advanceAsync(1_000);
  one.open = false;
  await clock.advanceAsync(1_000);
  add(0, () => Promise.resolve());
  expect(seen).toEqual(['Error: No.']);
  expect(clock.pending()).toBe(0);
});
