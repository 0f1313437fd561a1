import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, DEFAULT_LIMITS, newGovernor, onThrottled, PRIORITIES } from './governor.ts';
import { memoryGovernorStore, UnitAccount } from './unit-account.ts';

const SEED = 20261125;

/** Time that only moves when somebody waits. */
function virtualTiming() {
  let now = 0;
  return {
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
}

describe('the quota governor', () => {
  it('never grants more in any minute than the quota, whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            units: fc.integer({ min: 1, max: 60 }),
            priority: fc.constantFrom(...PRIORITIES),
            waitMs: fc.integer({ min: 0, max: 2_000 }),
          }),
          { minLength: 200, maxLength: 600 },
        ),
        (requests) => {
          let now = 0;
          let state = newGovernor(now);
          const granted: { at: number; units: number }[] = [];
          for (const { units, priority, waitMs } of requests) {
            now += waitMs;
            const decision = decide(state, { kind: 'write', units, priority }, DEFAULT_LIMITS, now);
            state = decision.state;
            if (decision.granted) granted.push({ at: now, units });
          }
          for (const { at } of granted) {
            const minute = granted.filter((grant) => grant.at >= at && grant.at < at + 60_000);
            const sum = minute.reduce((total, grant) => total + grant.units, 0);
            expect(sum).toBeLessThanOrEqual(DEFAULT_LIMITS.unitsPerMinute);
          }
        },
      ),
      { seed: SEED, numRuns: 30 },
    );
  });

  it('uses at least 95 per cent of the configured cap when there is enough to do', async () => {
    const timing = virtualTiming();
    const account = new UnitAccount(memoryGovernorStore(), timing, { backfillShare: 0.7 });
    let taken = 0;
    while (timing.now() < 600_000) {
      await account.take({ kind: 'write', units: 3, priority: 'backfill' });
      taken += 3;
    }
    expect(taken / (4_000 * 0.7 * 10)).toBeGreaterThan(0.95);
    expect(taken / (4_000 * 0.7 * 10)).toBeLessThanOrEqual(1.01);
  });

  it('lets a live write through while the backfill waits for its cap', () => {
    let state = newGovernor(0);
    let now = 1_000;
    for (;;) {
      const decision = decide(
        state,
        { kind: 'write', units: 10, priority: 'backfill' },
        DEFAULT_LIMITS,
        now,
      );
      state = decision.state;
      if (!decision.granted && decision.reason === 'cap') break;
      now += 1;
    }
    expect(
      decide(state, { kind: 'write', units: 1, priority: 'live' }, DEFAULT_LIMITS, now).granted,
    ).toBe(true);
  });

  it('gives pushes what they ask for and the backfill the rest, however much the backfill wants', async () => {
    const timing = virtualTiming();
    const store = memoryGovernorStore();
    const push = new UnitAccount(store, timing, { backfillShare: 0.85 });
    const copy = new UnitAccount(store, timing, { backfillShare: 0.85 });
    let waited = 0;
    for (let second = 1; second <= 300; second++) {
      // Thirty pushes a second, then whatever the backfill gets until the second is over.
      const before = timing.now();
      for (let i = 0; i < 30; i++) await push.take({ kind: 'write', units: 1, priority: 'push' });
      waited += timing.now() - before;
      while (timing.now() < second * 1_000) {
        await copy.take({ kind: 'write', units: 10, priority: 'backfill' });
      }
    }
    expect(push.used.write).toBe(9_000);
    expect(waited).toBeLessThan(6_000);
    expect(copy.used.write).toBeGreaterThan(5_000);
  });

  it('keeps every minute within the quota, a hand-over that takes all it can get included', () => {
    for (const kind of ['read', 'write'] as const) {
      // An hour without a request: everything that can be saved up is.
      let state = newGovernor(0);
      let now = 3_600_000;
      const end = now + 60_000;
      let taken = 0;
      while (now < end) {
        const request = { kind, units: 3, priority: 'handover' as const };
        const decision = decide(state, request, DEFAULT_LIMITS, now);
        state = decision.state;
        if (decision.granted) taken += request.units;
        else now += decision.waitMs;
      }
      expect(taken).toBeGreaterThan(4_000 * 0.98);
      expect(taken).toBeLessThanOrEqual(4_000);
    }
  });

  it('gives units to nobody but a hand-over while one asks, and to everybody half a second later', () => {
    const full = newGovernor(0);
    const ask = (state: typeof full, priority: 'handover' | 'live' | 'scrub', now: number) =>
      decide(state, { kind: 'read', units: 10, priority }, DEFAULT_LIMITS, now);
    const first = ask(full, 'handover', 5_000);
    expect(first.granted).toBe(true);
    expect(ask(first.state, 'live', 5_100)).toMatchObject({ granted: false, reason: 'handover' });
    expect(ask(first.state, 'scrub', 5_499)).toMatchObject({ waitMs: 1, reason: 'handover' });
    expect(ask(first.state, 'handover', 5_100).granted).toBe(true);
    expect(ask(first.state, 'live', 5_500).granted).toBe(true);
    // While it waits for units nobody takes them away.
    let state = first.state;
    for (let granted = true; granted;) {
      const next = ask(state, 'handover', 5_000);
      ({ granted, state } = next);
    }
    const { heldUntil = 0 } = state;
    expect(heldUntil).toBeGreaterThan(5_500);
    expect(ask(state, 'live', heldUntil - 1).granted).toBe(false);
    expect(ask(state, 'handover', heldUntil - 1).granted).toBe(true);
  });

  it('copies a third less after a 429, much less after several, and recovers by itself', () => {
    const throttled = onThrottled(newGovernor(0), 0);
    expect(throttled.easing).toBeCloseTo(0.7);
    expect(onThrottled(onThrottled(throttled, 1), 2).easing).toBeLessThan(0.35);
    const blocked = decide(
      throttled,
      { kind: 'write', units: 1, priority: 'live' },
      DEFAULT_LIMITS,
      500,
    );
    expect(blocked).toMatchObject({ granted: false, reason: 'throttled' });
    const later = decide(
      throttled,
      { kind: 'write', units: 1, priority: 'live' },
      DEFAULT_LIMITS,
      60_000,
    );
    expect(later.state.easing).toBe(1);
  });

  it('stops when the usage can not be read, instead of going on blindly', async () => {
    const account = new UnitAccount(
      { update: () => Promise.reject(new Error('down')) },
      virtualTiming(),
    );
    await expect(account.take({ kind: 'write', units: 1, priority: 'backfill' })).rejects.toThrow(
      'down',
    );
  });
});
