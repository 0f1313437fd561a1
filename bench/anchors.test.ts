import { describe, expect, it } from '@jest/globals';
import { FLOWS, runSchedule } from './anchors-schedule.ts';

describe('the schedules that flows are compared at', () => {
  it('are rough enough for a dual write to diverge, and leave the layer whole', async () => {
    const diverged = new Map<string, number>();
    for (const flow of FLOWS) {
      for (let seed = 1; seed <= 8; seed += 1) {
        const { lost, stale, resurrected, violation } = await runSchedule(flow, seed, 'lossy');
        expect(violation).toBeUndefined();
        if (lost + stale + resurrected > 0) diverged.set(flow, (diverged.get(flow) ?? 0) + 1);
      }
    }
    for (const flow of FLOWS) {
      if (flow === 'crossgrade') expect(diverged.get(flow)).toBeUndefined();
      else expect(diverged.get(flow)).toBeGreaterThan(0);
    }
  }, 120_000);
});
