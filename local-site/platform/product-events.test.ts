import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Site } from '../types.ts';
import { callResolver, startTestPlatform, until } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

interface Seen {
  readonly event?: {
    readonly mark?: string;
    readonly retryContext?: Readonly<Record<string, unknown>>;
  };
}

/** Product events at a function, with the real SDK's InvocationError. */
describe('a product event', () => {
  let world: TestPlatform;
  let site: Site;
  let count = 0;
  let mark = '';
  beforeAll(async () => {
    world = await startTestPlatform();
    site = world.site('events');
    await world.platform.install(site);
  });
  beforeEach(() => {
    count += 1;
    mark = `event-${count}`;
  });
  afterAll(() => world.close());

  const emit = (kind: string, more: object = {}, event = 'avi:jira:deleted:issue'): void => {
    world.platform.emit(site, event, { kind, mark, ...more });
  };
  const got = async (): Promise<NonNullable<Seen['event']>[]> => {
    const seen = (await callResolver(world, site, 'seen')) as Seen[];
    return seen.flatMap(({ event }) => (event?.mark === mark ? [event] : []));
  };
  const advanceUntil = async (stepMs: number, times: number): Promise<void> => {
    await until(async () => {
      if ((await got()).length >= times) return true;
      await world.clock.advanceAsync(stepMs);
      return undefined;
    });
  };
  const failures = (text: string): number =>
    world.failures.filter((line) => line.includes(text)).length;

  it('comes again when the function asks, 15 minutes later at most and four times at most', async () => {
    emit('again');
    await advanceUntil(1_000, 1);
    await until(() => (failures('FUNCTION_RETRY_REQUEST') === 1 ? true : undefined));
    await world.clock.advanceAsync(899_000);
    expect(await got()).toHaveLength(1);
    await advanceUntil(1_000, 2);
    await advanceUntil(100_000, 5);
    await until(() => (failures('FUNCTION_RETRY_REQUEST') === 5 ? true : undefined));
    await world.clock.advanceAsync(60 * 60_000);
    const events = await got();
    expect(events.map(({ retryContext }) => retryContext?.['retryCount'])).toEqual([
      ...[undefined, 1, 2, 3, 4],
    ]);
    expect(events[1]?.retryContext).toEqual({
      retryCount: 1,
      retryReason: 'FUNCTION_RETRY_REQUEST',
      retryData: { n: 1 },
    });
  });

  it('loses retryData that is not an object (ECO-734), unless the switch is off', async () => {
    emit('again-text');
    await advanceUntil(100_000, 2);
    expect((await got())[1]?.retryContext).toMatchObject({ retryData: null });
    world.platform.switches.eco734 = false;
    mark = 'eco734';
    emit('again-text');
    await advanceUntil(100_000, 2);
    expect((await got())[1]?.retryContext).toMatchObject({ retryData: 'n=1' });
  });

  it('does not come again for more than 4 KB of retryData, nor after an exception', async () => {
    emit('again-big');
    await until(async () => {
      await world.clock.advanceAsync(1_000);
      return failures('4 KB') === 1;
    });
    emit('throws');
    await until(async () => {
      await world.clock.advanceAsync(1_000);
      return failures('The trigger says no.') === 1;
    });
    await world.clock.advanceAsync(60 * 60_000);
    expect(await got()).toHaveLength(2);
  });

  it('comes again by itself after a time-out, with the reason', async () => {
    world.platform.switches.functionLimitMs = 500;
    emit('hang');
    await until(async () => {
      await world.clock.advanceAsync(1_000);
      return failures('timed out') > 0;
    });
    world.platform.switches.functionLimitMs = 25_000;
    // The process that hung has been replaced, and what it remembers with it.
    await advanceUntil(20_000, 1);
    expect((await got())[0]?.retryContext).toEqual({
      ...{ retryCount: 1, retryReason: 'FUNCTION_TIME_OUT', retryData: null },
    });
  });

  it('is not delivered above 200 kB', async () => {
    emit('plain', { text: 'x'.repeat(200_000) });
    emit('plain', { text: 'x'.repeat(190_000) });
    await advanceUntil(1_000, 1);
    await world.clock.advanceAsync(10_000);
    expect(await got()).toHaveLength(1);
    expect(failures('over 200 kB')).toBe(1);
  });

  it('can be three minutes late, and come twice', async () => {
    Object.assign(world.platform.switches, { eventLate: 1, eventDuplicate: 1 });
    emit('plain');
    await world.clock.advanceAsync(500);
    expect((await got()).length).toBeLessThan(2);
    await world.clock.advanceAsync(3 * 60_000);
    await advanceUntil(1, 2);
    Object.assign(world.platform.switches, { eventLate: 0, eventDuplicate: 0 });
  });

  it('is lost when a fault takes it', async () => {
    world.faults.add({ border: 'event', fault: 'lostRequest' });
    emit('plain', { n: 1 });
    await world.clock.advanceAsync(1_000);
    emit('plain', { n: 2 });
    await advanceUntil(1_000, 1);
    expect(await got()).toMatchObject([{ n: 2 }]);
  });

  it('with a filter that cannot be evaluated is recorded and not delivered', async () => {
    emit('plain', { issue: { key: 'A-1' } }, 'avi:jira:updated:issue');
    await world.clock.advanceAsync(10_000);
    expect(world.register.list()).toContainEqual(
      expect.objectContaining({ what: 'filter.expression of issue-updated' }),
    );
    expect(await got()).toEqual([]);
  });
});
