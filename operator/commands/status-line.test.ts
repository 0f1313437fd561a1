import { describe, expect, it } from '@jest/globals';
import type { TenantProgress } from 'crossgrade/postgres';
import { nextSteps, statusLine } from './status-line.ts';

const PROGRESS: TenantProgress = {
  stage: 'copy',
  condition: null,
  conditionReason: null,
  recordsTotal: 200,
  recordsCopied: 50,
  dirty: 7,
  differences: null,
  startedAt: new Date('2026-11-25T10:00:00Z'),
  lastCheckedAt: null,
  expectedEndAt: new Date('2026-11-25T10:04:00Z'),
  setAside: [],
};

describe('the status line', () => {
  it('says how far a tenant is, what it waits for and when it will be done', () => {
    expect(statusLine('acme', PROGRESS)).toBe(
      'acme copy | 50/200 25% | dirty 7 | verify never | ends 2026-11-25T10:04:00.000Z',
    );
  });

  it('puts the condition with its reason beside the stage', () => {
    const quarantined = {
      ...PROGRESS,
      condition: 'quarantined',
      conditionReason: 'split_brain: list:1',
    } as const;
    expect(statusLine('acme', quarantined)).toContain('copy (quarantined: split_brain: list:1)');
    expect(nextSteps('acme', quarantined)[0]).toContain('find out why');
  });

  it('tells a person, and a program, which record holds the tenant back and what to do', () => {
    const setAside = [{ key: 'list:1', code: 'value_too_large', reason: 'it has 820,202 bytes' }];
    const held = { ...PROGRESS, setAside };
    expect(statusLine('acme', held)).toContain('set aside 1');
    expect(nextSteps('acme', held)).toEqual([
      'shorten list:1: it has 820,202 bytes; it is sent again by itself',
    ]);
  });

  it('tells how far Postgres is behind while Forge is the authority, and both ways on', () => {
    const live = { ...PROGRESS, stage: 'live', recordsCopied: 200, expectedEndAt: null } as const;
    expect(statusLine('acme', live, 12)).toBe(
      'acme live | 200/200 100% | behind 12 | verify never',
    );
    expect(nextSteps('acme', live)).toEqual([
      'after the bake time: xg settle acme --plan',
      'to take it back: xg rollback acme --plan',
    ]);
  });

  it('tells what compared reads came to, and what to do about those that no lag explains', () => {
    const verified = { ...PROGRESS, stage: 'verify', differences: 0, expectedEndAt: null } as const;
    const trouble = { held: 0, stopped: [], shadow: { same: 40, lag: 2 } };
    expect(statusLine('acme', verified, 0, trouble)).toBe(
      'acme verify | 50/200 25% | dirty 7 | verify clean | reads 40 same, 2 lag',
    );
    expect(nextSteps('acme', verified, trouble)).toEqual(nextSteps('acme', verified));
    const found = { ...trouble, shadow: { same: 40, corrupt: 1 } };
    expect(nextSteps('acme', verified, found)).toEqual([
      'readers met records that differ: xg verify acme --full names them',
    ]);
  });

  it('calls an empty tenant complete instead of dividing by zero', () => {
    expect(statusLine('empty', { ...PROGRESS, recordsTotal: 0, recordsCopied: 0 })).toContain(
      '0/0 100%',
    );
  });
});
