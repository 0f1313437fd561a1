import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ForgeApp, ScheduledTrigger } from '../app/index.ts';
import { createFaults } from '../faults/index.ts';
import type { Faults } from '../faults/index.ts';
import { NO_STATE } from '../state/index.ts';
import { createFakeClock, FAKE_START_MS } from '../support/fake-clock.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import type { Licence } from '../types.ts';
import type { Deliverer } from './deliverer.ts';
import type { Installation } from './installations.ts';
import { Schedules } from './schedules.ts';
import { PLATFORM_SWITCHES } from './switches.ts';
import type { PlatformSwitches } from './switches.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SWEEP: ScheduledTrigger = {
  key: 'sweep',
  interval: 'hour',
  target: { kind: 'function', key: 'sweep' },
};
const FAST: ScheduledTrigger = { ...SWEEP, key: 'fast', interval: 'fiveMinute' };

/** The times, in minutes after the start, at which schedules ran; a deliverer that only writes them down. */
describe('scheduled triggers', () => {
  let clock: FakeClock;
  let faults: Faults;
  let runs: { key: string; slug: string; minute: number; retried: string | undefined }[];

  beforeEach(() => {
    clock = createFakeClock();
    faults = createFaults({ clock });
    runs = [];
  });

  const schedulesWith = (
    switches: Partial<PlatformSwitches> = {},
    random = (): number => 0.5,
  ): Schedules =>
    new Schedules({
      clock,
      state: NO_STATE,
      faults,
      random,
      switches: { ...PLATFORM_SWITCHES, ...switches },
      deliverer: {
        deliver: (
          { site }: Installation,
          { moduleKey, retried }: { moduleKey: string; retried?: string },
        ) => {
          const minute = (clock.now() - FAKE_START_MS) / MINUTE_MS;
          runs.push({ key: moduleKey, slug: site.slug, minute, retried });
          return Promise.resolve({ ok: true as const });
        },
      } as unknown as Deliverer,
    });
  const installation = (
    slug: string,
    schedules: readonly ScheduledTrigger[],
    more: Partial<ForgeApp> & { licence?: Licence } = {},
  ): Installation & { app: ForgeApp } => {
    const { licence = 'active', ...app } = more;
    return {
      uuid: slug,
      site: { slug, licence },
      app: { schedules, ...app },
      open: true,
      cancels: new Set(),
    } as unknown as Installation & { app: ForgeApp };
  };
  const minutesOf = (key: string): number[] =>
    runs.filter((run) => run.key === key).map(({ minute }) => Math.floor(minute));

  it('run about five minutes after the deploy and then at their interval', async () => {
    schedulesWith().start(installation('a', [SWEEP, FAST]));
    await clock.advanceAsync(5 * MINUTE_MS - 1);
    expect(runs).toEqual([]);
    await clock.advanceAsync(2 * HOUR_MS);
    expect(minutesOf('sweep')).toEqual([5, 65]);
    expect(minutesOf('fast').slice(0, 3)).toEqual([5, 10, 15]);
  });

  it('run at a fixed offset of each installation', async () => {
    const schedules = schedulesWith();
    const slugs = Array.from({ length: 30 }, (_, n) => `site-${n}`);
    for (const slug of slugs) schedules.start(installation(slug, [SWEEP]));
    await clock.advanceAsync(3 * HOUR_MS);
    const offsets = new Set<number>();
    for (const slug of slugs) {
      const own = runs.filter((run) => run.slug === slug).map(({ minute }) => minute);
      expect(own).toHaveLength(3);
      expect(own[1]).toBeCloseTo(own[0]! + 60);
      offsets.add(own[0]!);
    }
    expect(offsets.size).toBeGreaterThan(25);
    expect(Math.max(...offsets)).toBeLessThan(6);
  });

  it('are spread over the whole interval under the other reading', async () => {
    const schedules = schedulesWith({ scheduleSpread: 'interval' });
    for (let n = 0; n < 30; n += 1) schedules.start(installation(`site-${n}`, [SWEEP]));
    await clock.advanceAsync(HOUR_MS + 5 * MINUTE_MS);
    const firsts = runs.map(({ minute }) => minute);
    expect(Math.max(...firsts)).toBeGreaterThan(40);
  });

  it('all begin anew when any of them changes, and go on when none does', async () => {
    const schedules = schedulesWith();
    const site = installation('a', [SWEEP, FAST]);
    schedules.start(site);
    await clock.advanceAsync(30 * MINUTE_MS);
    site.app = { ...site.app, schedules: [{ ...SWEEP }, { ...FAST }] };
    schedules.start(site);
    await clock.advanceAsync(40 * MINUTE_MS);
    expect(minutesOf('sweep')).toEqual([5, 65]);
    site.app = { ...site.app, schedules: [{ ...SWEEP, interval: 'day' }, FAST] };
    schedules.start(site);
    const before = minutesOf('fast').length;
    await clock.advanceAsync(4 * MINUTE_MS);
    expect(minutesOf('fast')).toHaveLength(before);
    await clock.advanceAsync(2 * HOUR_MS);
    expect(minutesOf('sweep')).toEqual([5, 65, 75]);
  });

  it('retry an endpoint, never a function; or nobody', async () => {
    schedulesWith().start(installation('a', [SWEEP]));
    schedulesWith({ scheduleEndpointRetries: false }).start(installation('b', [SWEEP]));
    await clock.advanceAsync(6 * MINUTE_MS);
    expect(new Map(runs.map(({ slug, retried }) => [slug, retried]))).toEqual(
      new Map([
        ['a', 'endpoint'],
        ['b', 'none'],
      ]),
    );
  });

  it('may run twice', async () => {
    schedulesWith({ scheduledDuplicate: 1 }).start(installation('a', [SWEEP]));
    await clock.advanceAsync(HOUR_MS);
    expect(minutesOf('sweep')).toEqual([5, 5]);
  });

  it('may stop for hours without a word and then go on', async () => {
    const draws = [0];
    const stops = { scheduledStops: 0.5, scheduledStopMs: 10 * HOUR_MS };
    schedulesWith(stops, () => draws.shift() ?? 1).start(installation('a', [SWEEP]));
    await clock.advanceAsync(12 * HOUR_MS);
    expect(minutesOf('sweep')).toEqual([605, 665]);
  });

  it('are skipped where the app has no active licence, if they say so', async () => {
    const paid = { licensed: true, environmentType: 'PRODUCTION' } as const;
    const only = [{ ...SWEEP, onlyLicensed: true }, FAST];
    const schedules = schedulesWith();
    schedules.start(installation('suspended', only, { ...paid, licence: 'suspended' }));
    schedules.start(installation('active', only, paid));
    schedules.start(installation('free', only));
    schedulesWith({ licensedByDefault: false }).start(installation('other', only));
    await clock.advanceAsync(6 * MINUTE_MS);
    const swept = runs.filter(({ key }) => key === 'sweep').map(({ slug }) => slug);
    expect(swept.sort()).toEqual(['active', 'free']);
    expect(new Set(runs.map(({ slug }) => slug)).size).toBe(4);
  });

  it('miss a run that a fault takes', async () => {
    faults.add({ border: 'schedule', fault: 'lostRequest' });
    schedulesWith().start(installation('a', [FAST]));
    await clock.advanceAsync(13 * MINUTE_MS);
    expect(minutesOf('fast')).toEqual([10]);
  });
});
