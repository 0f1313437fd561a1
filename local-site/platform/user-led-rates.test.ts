import { expect, it } from '@jest/globals';
import { createFakeClock } from '../support/fake-clock.ts';
import { PLATFORM_SWITCHES } from './switches.ts';
import { UserLedRates } from './user-led-rates.ts';

const rates = (): { rates: UserLedRates; advance: (ms: number) => void } => {
  const clock = createFakeClock();
  return { rates: new UserLedRates(clock, PLATFORM_SWITCHES), advance: (ms) => clock.advance(ms) };
};
/** How many of `times` calls are admitted. */
const admitted = (from: UserLedRates, times: number, id: string, user?: string): number =>
  Array.from({ length: times }, () => from.admit(id, user)).filter(Boolean).length;

it('a user may call 1,200 times in a minute, whatever the others do', () => {
  const { rates: led, advance } = rates();
  let mine = 0;
  for (let second = 0; second < 10; second += 1) {
    mine += admitted(led, 200, 'a', 'me');
    advance(1_000);
  }
  expect(mine).toBe(1_200);
  expect(admitted(led, 5, 'a', 'you')).toBe(5);
  expect(() => {
    led.require('a', 'me');
  }).toThrow(expect.objectContaining({ code: 'FUNCTION_PLATFORM_RATE_LIMITED' }));
  advance(50_000);
  expect(led.admit('a', 'me')).toBe(true);
});

it('an installation may be called 300 times in a second and 7,000 times in a minute', () => {
  const { rates: led, advance } = rates();
  let all = 0;
  for (let second = 0; second < 30; second += 1) {
    const now = admitted(led, 310, 'a');
    expect(now).toBeLessThanOrEqual(300);
    all += now;
    advance(1_000);
  }
  expect(all).toBe(7_000);
  expect(led.headers('a')).toMatchObject({
    'x-ratelimit-limit': '7000',
    'x-ratelimit-remaining': '0',
  });
  expect(led.admit('b')).toBe(true);
});
