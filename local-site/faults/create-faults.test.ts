import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFakeClock, seededRandom } from '../support/index.ts';
import type { Border } from '../types.ts';
import { BORDERS, createFaults, FAULT_KINDS, KINDS_AT } from './index.ts';
import type { FaultEntry, FaultPlan, Faults } from './index.ts';

interface Call {
  readonly border: Border;
  readonly what: string;
}

const WHATS = ['one /get', 'one /batch/set', 'two /get'];
const callOf = fc.record({
  border: fc.constantFrom<Border>('storage.rest', 'invoke', 'event'),
  what: fc.constantFrom(...WHATS),
});
const calls = fc.array(callOf, { minLength: 1, maxLength: 120 });
const RATES: FaultPlan['rates'] = {
  all: { lostAnswer: 0.1, duplicate: 0.1, slow: 0.1, reorder: 0.1 },
  'storage.rest': { throttle: 0.1, lateApply: 0.1, expireToken: 0.1 },
  invoke: { crash: 0.2, serverError: 0.1 },
};

/** Makes the calls one after the other, without waiting for those that are held, and gives what was done. */
async function make(faults: Faults, made: readonly Call[]): Promise<readonly FaultEntry[]> {
  for (const { border, what } of made) {
    faults
      .pass(
        border,
        what,
        () => Promise.resolve(200),
        (status) => status,
      )
      .catch(() => 0);
  }
  await Promise.resolve();
  return faults.log();
}

function seen(log: readonly FaultEntry[]): unknown[] {
  return log.map(({ border, what, nth, fault }) => ({ border, what, nth, fault }));
}

function sorted(log: readonly FaultEntry[]): string[] {
  return seen(log)
    .map((entry) => JSON.stringify(entry))
    .sort();
}

describe('a plan of faults', () => {
  it('gives the same faults to the same calls for the same seed, and others for another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), calls, async (seed, made) => {
        const plan = { seed, rates: RATES };
        const clock = createFakeClock();
        const first = await make(createFaults({ clock, plan }), made);
        const second = await make(createFaults({ clock, plan }), made);
        expect(second).toEqual(first);
      }),
    );
    const made = Array.from({ length: 200 }, () => ({ border: 'invoke', what: 'f' }) as const);
    const clock = createFakeClock();
    const run = (seed: number): Promise<readonly FaultEntry[]> =>
      make(createFaults({ clock, plan: { seed, rates: RATES } }), made);
    expect(seen(await run(1))).not.toEqual(seen(await run(2)));
  });

  it('gives each call its own fault when calls with other texts or borders change places', async () => {
    await fc.assert(
      fc.asyncProperty(calls, fc.integer(), async (made, seed) => {
        const plan = { seed, rates: RATES };
        const clock = createFakeClock();
        const random = seededRandom(seed);
        const shuffled = made
          .map((call) => ({ call, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ call }) => call);
        const first = await make(createFaults({ clock, plan }), made);
        const second = await make(createFaults({ clock, plan }), shuffled);
        expect(sorted(second)).toEqual(sorted(first));
      }),
    );
  });

  it('does again what a log says, also after a journey through JSON and in another order', async () => {
    await fc.assert(
      fc.asyncProperty(calls, fc.integer(), async (made, seed) => {
        const clock = createFakeClock();
        const first = await make(createFaults({ clock, plan: { seed, rates: RATES } }), made);
        const kept = JSON.parse(JSON.stringify(first)) as FaultEntry[];
        const again = createFaults({ clock, plan: { replay: kept } });
        expect(await make(again, made)).toEqual(first);
        expect(again.replayLeft()).toEqual([]);
        again.clearLog();
        again.replay(kept);
        expect(sorted(await make(again, [...made].reverse()))).toEqual(sorted(first));
      }),
    );
  });

  it('says what a replay has not met', async () => {
    const clock = createFakeClock();
    const plan: FaultPlan = { script: [{ border: 'invoke', fault: 'lostAnswer' }] };
    const log = await make(createFaults({ clock, plan }), [{ border: 'invoke', what: 'a' }]);
    const again = createFaults({ clock, plan: { replay: log } });
    await make(again, [{ border: 'invoke', what: 'b' }]);
    expect(again.replayLeft()).toEqual(log);
  });

  it('keeps roughly to its rates', async () => {
    const made = Array.from({ length: 5_000 }, () => ({ border: 'event', what: 'e' }) as const);
    const rates = { event: { lostRequest: 0.2, lostAnswer: 0.05 } };
    const log = await make(createFaults({ clock: createFakeClock(), plan: { rates } }), made);
    const share = (kind: string): number =>
      log.filter(({ fault }) => fault.kind === kind).length / made.length;
    expect(share('lostRequest')).toBeCloseTo(0.2, 1);
    expect(share('lostAnswer')).toBeCloseTo(0.05, 1);
  });

  it('follows a script: the third call whose text matches, a number of calls, a span of time', async () => {
    const clock = createFakeClock();
    const faults = createFaults({
      clock,
      plan: {
        script: [
          { border: 'storage.rest', matching: /batch/g, nth: 3, fault: 'lostAnswer' },
          { border: 'jira.app', times: 2, fault: 'throttle' },
          { border: 'remote', forMs: 1_000, fault: { kind: 'serverError', status: 503 } },
        ],
      },
    });
    const pass = (border: Border, what: string): Promise<unknown> =>
      faults
        .pass<unknown>(
          border,
          what,
          () => Promise.resolve('done'),
          (status) => status,
        )
        .catch(() => 'lost');
    const answers = [];
    for (const what of ['/batch/set', '/get', '/batch/get', '/batch/set', '/batch/set']) {
      answers.push(await pass('storage.rest', what));
    }
    expect(answers).toEqual(['done', 'done', 'done', 'lost', 'done']);
    const jira = [];
    for (let i = 0; i < 3; i++) jira.push(await pass('jira.app', 'GET /myself'));
    expect(jira).toEqual([429, 429, 'done']);
    const remote = [await pass('remote', '/x')];
    clock.advance(999);
    remote.push(await pass('remote', '/x'));
    clock.advance(1);
    remote.push(await pass('remote', '/x'));
    expect(remote).toEqual([503, 503, 'done']);
    expect(faults.script().map(({ seen: met, done, over }) => [met, done, over])).toEqual([
      [4, 1, true],
      [3, 2, true],
      [3, 2, true],
    ]);
    expect(faults.calls()).toMatchObject({ 'storage.rest': 5, 'jira.app': 3, remote: 3, event: 0 });
  });

  it('changes while the site runs, and can be cleared', async () => {
    const faults = createFaults({ clock: createFakeClock() });
    const pass = (): Promise<unknown> =>
      faults.pass<unknown>(
        'invoke',
        'f',
        () => Promise.resolve('done'),
        (status) => status,
      );
    expect(await pass()).toBe('done');
    faults.setRates('all', { throttle: 1 });
    expect(await pass()).toBe(429);
    faults.setRates('invoke', { throttle: 0 });
    expect(await pass()).toBe('done');
    faults.add({ border: 'invoke', fault: 'throttle', times: 100 });
    expect(await pass()).toBe(429);
    faults.clear();
    expect(await pass()).toBe('done');
    expect([faults.rates(), faults.script()]).toEqual([{}, []]);
    expect(faults.log()).toHaveLength(2);
    faults.clearLog();
    expect(faults.log()).toEqual([]);
  });

  it('is refused when it cannot be carried out', () => {
    const plans: unknown[] = [
      { rates: { event: { throttle: 0.1 } } },
      { rates: { invoke: { lostAnswer: 0.6, slow: 0.6 } } },
      { rates: { nowhere: { slow: 0.1 } } },
      { rates: { invoke: { slow: 2 } } },
      { script: [{ border: 'storage.rest', fault: 'crash' }] },
      { script: [{ border: 'storage.rest', fault: 'slow', matching: '(' }] },
      { script: [{ border: 'storage.rest', fault: 'slow', nth: 0 }] },
      { ranges: { slow: { min: 2, max: 1 } } },
      { rates: {}, replay: [] },
      { faults: 'many' },
    ];
    for (const plan of plans) {
      expect(() => createFaults({ clock: createFakeClock(), plan: plan as FaultPlan })).toThrow(
        expect.objectContaining({ code: 'invalid_fault_plan' }),
      );
    }
  });

  it('knows every border and every kind', () => {
    const kinds = new Set(BORDERS.flatMap((border) => KINDS_AT[border]));
    expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort());
  });
});

describe('a call that is held back', () => {
  const pass = (faults: Faults, what: string, done: string[]): Promise<void> =>
    faults.pass(
      'queue',
      what,
      () => {
        done.push(what);
        return Promise.resolve();
      },
      () => undefined,
    );

  it('goes after the next call of its border has passed', async () => {
    const faults = createFaults({
      clock: createFakeClock(),
      plan: { script: [{ border: 'queue', fault: 'reorder', times: 2 }] },
    });
    const done: string[] = [];
    await Promise.all(['first', 'second', 'third'].map((what) => pass(faults, what, done)));
    expect(done).toEqual(['third', 'second', 'first']);
  });

  it('goes at its limit when none comes', async () => {
    const clock = createFakeClock();
    const fault = { kind: 'reorder', ms: 500 } as const;
    const faults = createFaults({ clock, plan: { script: [{ border: 'queue', fault }] } });
    const done: string[] = [];
    const held = pass(faults, 'alone', done);
    await clock.advanceAsync(499);
    expect(done).toEqual([]);
    await clock.advanceAsync(1);
    await held;
    expect(done).toEqual(['alone']);
    expect(clock.pending()).toBe(0);
  });
});
