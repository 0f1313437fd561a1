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
    expect(nextSteps(quarantined)[0]).toContain('find out why');
  });

  it('tells a person, and a program, which record holds the tenant back and what to do', () => {
    const setAside = [{ key: 'list:1', code: 'value_too_large', reason: 'it has 820,202 bytes' }];
    const held = { ...PROGRESS, setAside };
    expect(statusLine('acme', held)).toContain('set aside 1');
    expect(nextSteps(held)).toEqual([
      'shorten list:1: it has 820,202 bytes; it is sent again by itself',
    ]);
  });

  it('calls an empty tenant complete instead of dividing by zero', () => {
    expect(statusLine('empty', { ...PROGRESS, recordsTotal: 0, recordsCopied: 0 })).toContain(
      '0/0 100%',
    );
  });
});
