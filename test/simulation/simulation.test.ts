import { describe, expect, it } from '@jest/globals';
import {
  crashEverywhere,
  memoryForge,
  MINI_PLANS,
  ModelFollower,
  planOf,
  replay,
  runPlan,
  SHORT_PLAN,
  shrink,
  tracePlanOf,
  WrittenChoices,
} from '../../storage-migration/simulation/index.ts';
import { localStore } from './local-store.ts';

const seeds = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

describe('the simulation of the real layer', () => {
  it('loses nothing, revives nothing and never has two authorities, whatever goes wrong', async () => {
    let forge = 0;
    for (const seed of seeds(1, 120)) {
      const choices = WrittenChoices.seeded(seed);
      const { violation, counts } = await runPlan({ plan: planOf(seed), choices });
      expect({ seed, violation: violation?.message }).toEqual({ seed, violation: undefined });
      forge += counts.forge;
    }
    expect(forge).toBeGreaterThan(100);
  });

  it('does so on the store of the local site as well', async () => {
    // In the last of them an erasure meets the enrolment in a new installation.
    for (const seed of [...seeds(500, 15), 20_268_824]) {
      const { violation } = await runPlan({
        ...{ plan: planOf(seed), choices: WrittenChoices.seeded(seed) },
        makeStore: localStore(seed),
      });
      expect({ seed, violation: violation?.message }).toEqual({ seed, violation: undefined });
    }
  });

  it('does so when somebody erases, and two drive one erasure of a final tenant', async () => {
    for (const seed of [...seeds(1, 20), 2_781]) {
      const choices = WrittenChoices.seeded(seed);
      const { violation } = await runPlan({ plan: planOf(seed, 'erase'), choices });
      expect({ seed, violation: violation?.message }).toEqual({ seed, violation: undefined });
    }
  });

  it('survives the death of whoever is at work, at every single point of a short life', async () => {
    const { failures, runs, points } = await crashEverywhere(SHORT_PLAN);
    expect(failures).toEqual([]);
    expect(runs).toBe(points + 1);
    expect(points).toBeGreaterThan(200);
  });

  it('survives two deaths in a row, wherever they are, in the shortest of its transitions', async () => {
    for (const { name, plan } of MINI_PLANS) {
      if (!['settle', 'the end of a copy', 'a new installation'].includes(name)) continue;
      const { failures, runs, points } = await crashEverywhere(plan, { pairs: true });
      expect({ name, failures }).toEqual({ name, failures: [] });
      // Less than half the square: a life that a death has cut short has fewer points left for the second one.
      expect(runs).toBeGreaterThan(4 * points);
    }
  });

  it('survives a death at every point of every transition', async () => {
    for (const { name, plan } of MINI_PLANS) {
      const { failures } = await crashEverywhere(plan);
      expect({ name, failures }).toEqual({ name, failures: [] });
    }
  });

  it('believes no glance that shows heads as they were before the last rollback', async () => {
    const { violation, counts } = await runPlan({
      ...{ plan: SHORT_PLAN, choices: WrittenChoices.listed([]), makeStore: lateAtGlances },
    });
    expect(violation?.message).toBeUndefined();
    expect(counts).toMatchObject({ cutovers: 3, rollbacks: 3 });
  });

  it('takes no step that the model does not take', async () => {
    let followed = 0;
    for (const seed of seeds(1, 60)) {
      const plan = tracePlanOf(seed);
      const follower = new ModelFollower(plan);
      await runPlan({
        ...{ plan, choices: WrittenChoices.seeded(seed) },
        onObserved: (observed, world) => follower.observe(observed, world),
      });
      expect({ seed, stray: follower.stray }).toEqual({ seed, stray: undefined });
      followed += follower.followed;
    }
    expect(followed).toBeGreaterThan(1_000);
  });

  it('runs the same plan and choices in the same way', async () => {
    const first = WrittenChoices.seeded(7);
    const one = await runPlan({ plan: planOf(7), choices: first, verbose: true });
    const two = await replay({ plan: planOf(7), choices: first.taken }, { verbose: true });
    expect(two.log).toEqual(one.log);
    expect(one.log.length).toBeGreaterThan(100);
  });
});

/** A store whose batch reads show every head as it last was with Forge. */
const lateAtGlances: typeof memoryForge = (options) => {
  const handle = memoryForge(options);
  const lastAtForge = new Map<string, unknown>();
  return async (operation, body) => {
    const answer = await handle(operation, body);
    if (operation === '/transaction' && answer.status < 300) {
      const { set = [] } = JSON.parse(body) as {
        set?: { key: string; value: { auth?: string } }[];
      };
      for (const { key, value } of set) if (value.auth === 'F') lastAtForge.set(key, value);
    }
    if (operation !== '/batch/get') return answer;
    const { successfulKeys, ...rest } = answer.body as { successfulKeys: { key: string }[] };
    const shown = successfulKeys.map((one) =>
      lastAtForge.has(one.key) ? { ...one, value: lastAtForge.get(one.key) } : one,
    );
    return { ...answer, body: { ...rest, successfulKeys: shown } };
  };
};

describe('a schedule that fails', () => {
  /** A store that takes a flip for granted: it never looks at a condition. */
  const careless: typeof memoryForge = (options) => {
    const handle = memoryForge(options);
    return (operation, body) => handle(operation, body.replaceAll('"conditions"', '"ignored"'));
  };

  it('is noticed, and made smaller while it fails in the same way', async () => {
    for (const seed of seeds(1, 60)) {
      const choices = WrittenChoices.seeded(seed);
      const { violation } = await runPlan({ plan: planOf(seed), choices, makeStore: careless });
      if (violation === undefined) continue;
      const start = { plan: planOf(seed), choices: choices.taken };
      const small = await shrink(start, violation.kind, 150, careless);
      expect(small.choices.length).toBeLessThanOrEqual(start.choices.length);
      const again = await replay(small, { makeStore: careless });
      expect(again.violation?.kind).toBe(violation.kind);
      return;
    }
    throw new Error('nothing was noticed');
  });
});
