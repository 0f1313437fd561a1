import { describe, expect, it } from '@jest/globals';
import { scheduleFindings } from './schedule-rules.ts';

describe('the scheduled triggers of a manifest', () => {
  const found = (...intervals: string[]): readonly unknown[] =>
    scheduleFindings(intervals.map((interval) => ({ interval })));

  it('are five at most', () => {
    expect(found('hour', 'hour', 'hour', 'hour', 'day')).toEqual([]);
    expect(found('hour', 'hour', 'hour', 'hour', 'day', 'week')).toMatchObject([
      { path: ['modules', 'scheduledTrigger', 5] },
    ]);
  });

  it('have the interval fiveMinute once at most', () => {
    expect(found('fiveMinute', 'hour')).toEqual([]);
    expect(found('fiveMinute', 'hour', 'fiveMinute')).toMatchObject([
      { path: ['modules', 'scheduledTrigger', 2] },
    ]);
  });
});
