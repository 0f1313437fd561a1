import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startLocalSite } from '../start-local-site.ts';
import type { LocalSite } from '../local-site.ts';
import type { VirtualClock } from './index.ts';

const DAY = 86_400_000;

describe('the clock of a site that keeps its data', () => {
  it('goes on after a restart as far ahead as it was', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'local-site-clock-'));
    const start = (): Promise<LocalSite> =>
      startLocalSite({ dataDir, ports: { site: 0, platform: 0, customUi: 0 } });
    const first = await start();
    await (first.clock as VirtualClock).advanceAsync(2 * DAY);
    const left = first.clock.now();
    await first.close();
    const second = await start();
    expect(second.clock.now()).toBeGreaterThanOrEqual(left);
    expect(second.clock.now() - Date.now()).toBeGreaterThan(1.9 * DAY);
    await second.close();
    await rm(dataDir, { recursive: true, force: true });
  });
});
