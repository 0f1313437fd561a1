import { describe, expect, it } from '@jest/globals';
import { DEFAULT_SWITCHES, LENIENT_SWITCHES } from './index.ts';
import type { StorageSwitches } from './index.ts';
import { STORAGE_SWITCHES } from './switch-list.ts';
import { EMPLOYEE } from './testing/entities.ts';
import { storeUnderTest } from './testing/sdk.ts';
import type { SwitchProbe } from './testing/switch-probes/probe.ts';
import { QUOTA_PROBES } from './testing/switch-probes/quota-probes.ts';
import { READING_PROBES } from './testing/switch-probes/reading-probes.ts';
import { RULE_PROBES } from './testing/switch-probes/rule-probes.ts';

/** A switch without a probe does not compile. */
const PROBES: Readonly<Record<keyof StorageSwitches, SwitchProbe>> = {
  ...QUOTA_PROBES,
  ...READING_PROBES,
  ...RULE_PROBES,
};

/** The rows of section 15 of the storage facts that are about this store. */
const LISTED = [
  ...['queryLag', 'batchGetConsistency', 'unitBytes', 'sizeBasis', 'queryUnits', 'minuteWindow'],
  ...['transactionUnits', 'batchOverBudget', 'storage429Code', 'retryAfterHeader'],
  ...['batchesPerMinute', 'maxDepth', 'secretMaxBytes', 'cursorInvalidation'],
  ...['emptyLastPageWithCursor', 'emptyPageMidScan', 'expiredStillVisible', 'perKeyThroughput'],
  ...['byKeyRangeQuery', 'conditionalSetOnMissingKey', 'notExistsOnMissingKey'],
  ...['entityFailIfExists', 'entityNameUnderscore', 'keyNotFoundStatus', 'spuriousConflict'],
  ...['restPerAppLimit', 'storageLatency', 'billingCountsKeys'],
];

async function lookUnder(
  name: keyof StorageSwitches,
  value: StorageSwitches[keyof StorageSwitches],
): Promise<unknown> {
  const { beside, limits, look } = PROBES[name];
  const test = await storeUnderTest({
    entities: [EMPLOYEE],
    switches: { ...LENIENT_SWITCHES, ...beside, [name]: value },
    ...(limits ? { limits } : {}),
  });
  try {
    return await look(test);
  } finally {
    test.store.close();
  }
}

describe('the list of switches', () => {
  it('holds every switch once, with its default', () => {
    const names = STORAGE_SWITCHES.map(({ name }) => name);
    expect([...names].sort()).toEqual(Object.keys(DEFAULT_SWITCHES).sort());
    for (const one of STORAGE_SWITCHES) expect(one.default).toEqual(DEFAULT_SWITCHES[one.name]);
  });

  it('covers every unknown of the storage facts that is about this store', () => {
    const covered = new Set(STORAGE_SWITCHES.map(({ listedAs }) => listedAs));
    expect(LISTED.filter((row) => !covered.has(row))).toEqual([]);
  });

  it('gives an evidence mark and a source to each, and can be written as JSON', () => {
    for (const { evidence, source, others } of STORAGE_SWITCHES) {
      expect(evidence.length).toBeGreaterThan(0);
      expect(source).not.toBe('');
      expect(others.length).toBeGreaterThan(0);
    }
    expect(JSON.parse(JSON.stringify(STORAGE_SWITCHES))).toEqual(STORAGE_SWITCHES);
  });
});

describe('every switch, run both ways', () => {
  const runs = STORAGE_SWITCHES.flatMap(({ name, default: usual, others }) =>
    [usual, ...others].map((value, at) => ({ name, value, sees: PROBES[name].sees[at] })),
  );

  it.each(runs)('$name at $value behaves as it says', async ({ name, value, sees }) => {
    expect(await lookUnder(name, value)).toEqual(sees);
  });

  it.each(STORAGE_SWITCHES)('$name makes a difference with each value', ({ name, others }) => {
    const { sees } = PROBES[name];
    expect(sees).toHaveLength(others.length + 1);
    expect(new Set(sees.map((seen) => JSON.stringify(seen))).size).toBe(sees.length);
  });
});

describe('a switch', () => {
  it('can be changed while the store runs', async () => {
    const test = await storeUnderTest({ limits: { unitsPerMinute: 1 } });
    const { store, call } = test;
    const body = { key: 'k', value: 1 };
    await call('/set', body);
    expect((await call('/set', body)).status).toBe(429);
    store.configure({ limits: { unitsPerMinute: 2 }, switches: { keyNotFoundStatus: 400 } });
    expect((await call('/set', body)).status).toBe(204);
    expect((await call('/get', { key: 'missing' })).status).toBe(400);
    expect(store.switches.keyNotFoundStatus).toBe(400);
    expect(store.limits.unitsPerMinute).toBe(2);
    store.configure({ switches: { queryLagMs: { min: 9_000, max: 9_000 } } });
    await call('/set', { key: 'late', value: 1 });
    expect((await call('/query', {})).body).toMatchObject({ data: [{ key: 'k' }] });
    test.clock.advance(9_000);
    expect((await call('/query', {})).body).toMatchObject({
      data: [{ key: 'k' }, { key: 'late' }],
    });
    store.close();
  });
});
