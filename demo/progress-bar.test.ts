import { describe, expect, it } from '@jest/globals';
import { formatProgress } from './progress-bar.ts';

describe('the progress line', () => {
  it('shows rate, facts and the time that is left', () => {
    const progress = { done: 500, total: 1_000, unit: 'records', facts: ['120 units', 'lag 3'] };
    expect(formatProgress('copy', progress, 5_000)).toBe(
      `copy ${'█'.repeat(14)}${'░'.repeat(14)} 500/1,000 records 50% | 100/s | 120 units | lag 3 | 5 s left`,
    );
  });

  it('promises nothing before it knows a rate, and no time once it is done', () => {
    expect(formatProgress('copy', { done: 0, total: 10, unit: 'records' }, 100)).not.toContain(
      'left',
    );
    expect(formatProgress('copy', { done: 10, total: 10, unit: 'records' }, 5_000)).not.toContain(
      'left',
    );
  });
});
