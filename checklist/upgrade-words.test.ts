import { describe, expect, it } from '@jest/globals';
import { upgradeLog } from './upgrade-log.ts';
import type { UpgradeStatus } from './upgrade-status.ts';
import { upgradeStateSchema, upgradeStatusSchema } from './upgrade-status.ts';
import { upgradeWords } from './upgrade-words.ts';

const STATUS: UpgradeStatus = {
  state: 'copying',
  recordsTotal: 24_812,
  recordsCopied: 17_350,
  differences: null,
  startedAt: '2026-11-24T16:50:00.000Z',
  lastCheckedAt: null,
  expectedEndAt: '2026-11-25T19:00:00.000Z',
  setAside: [],
  link: { state: 'linked', channels: ['token'], reason: null },
};
const STATES = upgradeStateSchema.options.map((state) => ({ ...STATUS, state }));

describe('the words of the Upgrade tab', () => {
  it('answer what to do and whether work is safe in every state, and name no step inside the machinery', () => {
    for (const status of STATES) {
      const words = upgradeWords(upgradeStatusSchema.parse(status));
      expect(words.todo.text).not.toBe('');
      expect(words.safety.length).toBeGreaterThan(2);
      expect(JSON.stringify(words)).not.toMatch(
        /backfill|dirty|quarantin|drain|epoch|tenant|bucket|verify|paused/i,
      );
      expect(JSON.stringify(words)).not.toContain('..');
    }
  });

  it('never promise a complete copy before the check has found both the same', () => {
    for (const status of STATES.filter(({ state }) => state !== 'checked')) {
      expect(upgradeWords(status).sentence).not.toMatch(
        /complete copy is kept|found both the same/,
      );
    }
  });

  it('say that a site could not be confirmed, whatever the state says', () => {
    const link = { state: 'conflict' as const, channels: [], reason: 'Two sites claim one id.' };
    for (const status of STATES) {
      const words = upgradeWords({ ...status, link });
      expect(words.tone).toBe('warning');
      expect(words.sentence).toContain('could not confirm');
    }
  });

  it('name the store that serves the checklists, and promise a way back exactly as long as there is one', () => {
    for (const status of STATES) {
      const { sentence, safety } = upgradeWords(status);
      const isMoved = ['live', 'settled', 'final'].includes(status.state);
      expect(sentence.includes('stored at Atlassian')).toBe(isMoved);
      const canUndo = ['live', 'settled'].includes(status.state);
      expect(safety.join(' ').includes('can still be undone')).toBe(canUndo);
    }
    expect(upgradeWords({ ...STATUS, state: 'rewinding' }).sentence).toMatch(
      /brought back .* every change/,
    );
  });

  it('do not say that a site works from the vendor when something is wrong after the move', () => {
    const status = {
      ...STATUS,
      state: 'needs-attention' as const,
      servedFrom: 'atlassian' as const,
    };
    const words = upgradeWords(status);
    expect(words.tone).toBe('warning');
    expect(words.sentence).toContain('stored at Atlassian');
    expect(words.todo.text).toContain('looking into it');
  });

  it('show no share of the copy before there is anything to measure, and never more than all', () => {
    expect(upgradeWords({ ...STATUS, state: 'waiting' }).progress.fraction).toBeNull();
    expect(upgradeWords({ ...STATUS, recordsTotal: 0 }).progress.fraction).toBeNull();
    expect(upgradeWords({ ...STATUS, recordsCopied: 30_000 }).progress.fraction).toBe(1);
  });
});

describe('the log to download', () => {
  it('names every record left aside, and cannot carry a formula into a spreadsheet', () => {
    const setAside = [
      { key: 'k1', what: '=cmd()', reason: 'It is "too large", by far.', issueId: null },
    ];
    const log = upgradeLog({ ...STATUS, setAside }, '2026-11-25T00:00:00.000Z');
    expect(log).toContain(`'=cmd(),k1,"It is ""too large"", by far."`);
    expect(log.split('\r\n')[0]).toBe('what,value,reason');
  });
});
