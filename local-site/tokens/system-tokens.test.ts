import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFakeClock } from '../support/index.ts';
import { SystemTokens } from './index.ts';

const MINUTE = 60_000;

describe('system tokens', () => {
  it('are handed out again while two hours are left, and renewed after', () => {
    const clock = createFakeClock();
    const tokens = new SystemTokens(clock);
    const first = tokens.issue('a', 'endpoint');
    clock.advance(120 * MINUTE);
    expect(tokens.issue('a', 'endpoint')).toBe(first);
    clock.advance(1);
    expect(tokens.issue('a', 'endpoint')).not.toBe(first);
    // The older one stays good until its own end.
    expect(tokens.installationOf(first)).toBe('a');
    clock.advance(120 * MINUTE);
    expect(tokens.installationOf(first)).toBeUndefined();
  });

  it('always have between two and four hours left when an endpoint gets them', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(waits, fc.integer({ min: 0, max: 119 }), (minutes, later) => {
        const clock = createFakeClock();
        const tokens = new SystemTokens(clock);
        let token = '';
        for (const wait of minutes) {
          clock.advance(wait * MINUTE);
          token = tokens.issue('a', 'endpoint');
        }
        clock.advance(later * MINUTE);
        expect(tokens.installationOf(token)).toBe('a');
        clock.advance((240 - later) * MINUTE);
        expect(tokens.installationOf(token)).toBeUndefined();
      }),
    );
  });

  it('speak for one installation and end with it', () => {
    const tokens = new SystemTokens(createFakeClock());
    const ofA = tokens.issue('a', 'endpoint');
    const shortOfA = tokens.issue('a', 'function');
    const ofB = tokens.issue('b', 'endpoint');
    tokens.revoke('a');
    expect([ofA, shortOfA].map((token) => tokens.installationOf(token))).toEqual([
      undefined,
      undefined,
    ]);
    expect(tokens.installationOf(ofB)).toBe('b');
    expect(tokens.issue('a', 'endpoint')).not.toBe(ofA);
    expect(tokens.installationOf('made-up')).toBeUndefined();
  });
});
