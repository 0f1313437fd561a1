import { describe, expect, it } from '@jest/globals';
import type { ForgeApp, ForgeFunction } from '../app/index.ts';
import { PLATFORM_SWITCHES } from './switches.ts';
import { startedMinutes, timeLimitOf } from './time-limit.ts';

const target = { kind: 'function', key: 'f' } as const;
const module = { key: 'm', target };
const USERS: Readonly<Record<string, Partial<ForgeApp>>> = {
  consumer: { consumers: [{ ...module, queue: 'q', method: undefined }] },
  schedule: { schedules: [{ ...module, interval: 'hour' }] },
  page: {
    uiModules: [{ key: 'm', type: 't', title: '', resourceKey: 'r', resolverFunction: 'f' }],
  },
  rule: { functionModules: new Map([['m', { key: 'm', type: 't', functionKey: 'f' }]]) },
  trigger: { triggers: [{ ...module, events: [] }] },
  web: { webTriggers: [{ ...module, urlFormat: 'v1', response: 'dynamic', outputs: [] }] },
  uninstall: { preUninstall: module },
};

/** Seconds that a function has which these modules lead to. */
function secondsOf(users: readonly (keyof typeof USERS)[], timeoutSeconds?: number): number {
  const none = { triggers: [], schedules: [], consumers: [], webTriggers: [], uiModules: [] };
  const app = Object.assign(
    { ...none, functionModules: new Map(), preUninstall: undefined },
    ...users.map((user) => USERS[user]),
  ) as ForgeApp;
  const f: ForgeFunction = { key: 'f', handler: 'index.f', timeoutSeconds };
  return timeLimitOf(app, f, PLATFORM_SWITCHES) / 1000;
}

describe('the time of a function', () => {
  it('is 25 s for people, product events and workflow rules, 55 s for the rest', () => {
    expect(['page', 'trigger', 'rule'].map((user) => secondsOf([user]))).toEqual([25, 25, 25]);
    const others = ['consumer', 'schedule', 'web', 'uninstall'];
    expect(others.map((user) => secondsOf([user]))).toEqual([55, 55, 55, 55]);
  });

  it('is what the manifest says, up to 900 s, for consumers and schedules only', () => {
    expect(secondsOf(['consumer'], 900)).toBe(900);
    expect(secondsOf(['consumer', 'schedule'], 300)).toBe(300);
    expect(secondsOf(['schedule'], 10)).toBe(10);
    expect(secondsOf(['page'], 300)).toBe(25);
    expect(secondsOf(['web'], 300)).toBe(55);
  });

  it('is the lowest of all when other modules lead to the function as well', () => {
    expect(secondsOf(['consumer', 'page'], 900)).toBe(25);
    expect(secondsOf(['consumer', 'web'], 900)).toBe(55);
    expect(secondsOf(['consumer', 'web'])).toBe(55);
    expect(secondsOf(['schedule', 'trigger', 'uninstall'], 900)).toBe(25);
    expect(secondsOf(['consumer', 'page'], 10)).toBe(10);
  });

  it('is counted in started minutes', () => {
    expect([25_000, 60_000, 90_000, 900_000].map(startedMinutes)).toEqual([1, 1, 2, 15]);
  });
});
