import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Site } from '../types.ts';
import { callResolver, startTestPlatform } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

const DAY = 86_400_000;

/** Functions run in processes of their own, and see the site's time there. */
describe('the time in a function', () => {
  let world: TestPlatform;
  let site: Site;

  beforeAll(async () => {
    world = await startTestPlatform();
    // Before the install: a month of schedules would run otherwise.
    world.clock.advance(30 * DAY);
    site = world.site('one');
    await world.platform.install(site);
  });
  afterAll(() => world.close());

  const ask = async (): Promise<{ now: number; written: string }> =>
    (await callResolver(world, site, 'whatTimeIsIt')) as { now: number; written: string };

  it('is that of the site, from one invocation of a warm process to the next', async () => {
    for (const minutes of [0, 2, 2]) {
      await world.clock.advanceAsync(minutes * 60_000);
      const { now, written } = await ask();
      // The site's clock stands in this test; the function's goes on from there while it runs.
      const ahead = now - world.clock.now();
      expect(ahead).toBeGreaterThanOrEqual(-2);
      expect(ahead).toBeLessThan(60_000);
      expect(Math.abs(Date.parse(written) - now)).toBeLessThan(60_000);
    }
    expect(world.clock.now() - Date.now()).toBeGreaterThan(29 * DAY);
  });
});
