import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildFixture } from '../functions/fixture/build-fixture.ts';
import { startQueueWorld } from './queue-world.ts';
import type { QueueWorld } from './queue-world.ts';

const HOUR_MS = 60 * 60_000;

/** What becomes of events, with the real SDK on both ends. */
describe('an async event', () => {
  let world: QueueWorld;
  beforeAll(async () => {
    world = await startQueueWorld();
  });
  afterAll(() => world.close());

  const failures = (text: string): number =>
    world.failures.filter((line) => line.includes(text)).length;
  const arrived = (jobId: string, times: number) => async (): Promise<boolean> =>
    (await world.messages(jobId)).length >= times;
  const ended = (jobId: string) => async (): Promise<boolean> =>
    (await world.stats(jobId)).inProgress === 0;

  it('comes late when it asked for it, and never when its job was cancelled', async () => {
    const jobId = await world.push([{ body: { n: 1 }, delayInSeconds: 60 }]);
    const other = await world.push([{ body: { n: 2 }, delayInSeconds: 60 }]);
    await world.clock.advanceAsync(59_000);
    expect(await world.messages(jobId)).toHaveLength(0);
    await world.call('cancel', { jobId: other });
    await world.advanceUntil(1_000, ended(jobId));
    await world.advanceUntil(1_000, ended(other));
    expect(await world.stats(jobId)).toEqual({ success: 1, inProgress: 0, failed: 0 });
    expect(await world.messages(other)).toHaveLength(0);
  });

  it('reaches a consumer of the old form as a method of a resolver', async () => {
    const jobId = await world.push([{ n: 7 }], 'old-messages');
    const old = async (): Promise<boolean> =>
      ((await world.call('seen')) as { jobId?: string }[]).some((entry) => entry.jobId === jobId);
    await world.advanceUntil(1_000, old);
    expect(await world.call('seen')).toContainEqual({ old: { n: 7 }, jobId });
  });

  it('runs one at a time under a concurrency key of 1, across queues', async () => {
    const slow = { body: { kind: 'slow' }, concurrency: { key: 'one', limit: 1 } };
    const jobs = [await world.push([slow, slow]), await world.push([slow, slow], 'long-messages')];
    const order = async (): Promise<string[]> => {
      const seen = (await world.call('seen')) as {
        slow?: string;
        jobId?: string;
        event?: object;
      }[];
      return seen.flatMap((entry) => {
        const { jobId = '' } = (entry.event ?? entry) as { jobId?: string };
        if (!jobs.includes(jobId)) return [];
        return entry.slow === 'ended' ? 'end' : 'start';
      });
    };
    await world.advanceUntil(1_000, async () => (await order()).length === 8);
    expect((await order()).join(' ')).toBe('start end start end start end start end');
  });

  it('is in order and on time when the switches say so, and late when they say so', async () => {
    const { switches } = world.platform;
    switches.asyncReorder = false;
    const events = Array.from({ length: 20 }, (_, n) => ({ n }));
    const inOrder = await world.push(events);
    await world.advanceUntil(1_000, arrived(inOrder, 20));
    const numbers = (await world.messages(inOrder)).map(({ message }) => message['n']);
    expect(numbers).toEqual(events.map(({ n }) => n));
    switches.asyncReorder = true;
    const mixed = await world.push(events);
    await world.advanceUntil(1_000, arrived(mixed, 20));
    const disorder = (await world.messages(mixed)).map(({ message }) => message['n']);
    expect(disorder).not.toEqual(numbers);
    switches.asyncLate = 1;
    const late = await world.push(events);
    await world.clock.advanceAsync(1_000);
    const first = await world.messages(late);
    expect(first.length).toBeLessThan(20);
    await world.advanceUntil(10_000, arrived(late, 20));
    switches.asyncLate = 0;
  });

  it('counts once in the stats although it came twice', async () => {
    world.platform.switches.asyncDuplicate = 1;
    const jobId = await world.push([{ n: 1 }]);
    await world.advanceUntil(1_000, arrived(jobId, 2));
    await world.advanceUntil(1_000, ended(jobId));
    expect(await world.stats(jobId)).toEqual({ success: 1, inProgress: 0, failed: 0 });
    world.platform.switches.asyncDuplicate = 0;
  });

  it('comes again after an error of the app with growing waits, and is dropped after 24 hours', async () => {
    const { switches } = world.platform;
    switches.asyncFirstRetryMs = 5 * HOUR_MS;
    switches.asyncLongestRetryMs = 10 * HOUR_MS;
    const jobId = await world.push([{ kind: 'throws-always' }]);
    await world.advanceUntil(HOUR_MS / 2, ended(jobId));
    expect(await world.stats(jobId)).toEqual({ success: 0, inProgress: 0, failed: 1 });
    const tries = (await world.messages(jobId)).map(({ retryCount }) => retryCount);
    expect(tries).toEqual(tries.map((_, index) => index));
    expect(tries.length).toBeGreaterThanOrEqual(3);
    const last = (await world.messages(jobId)).at(-1)?.event.retryContext?.['retentionWindow'];
    expect(last).toMatchObject({ remainingTimeMs: expect.any(Number) });
    expect((last as { remainingTimeMs: number }).remainingTimeMs).toBeLessThan(24 * HOUR_MS);
  });

  it('keeps its retryCount over errors of the platform, and is kept but not tried after 96 hours', async () => {
    const { switches } = world.platform;
    switches.asyncFirstRetryMs = 30 * HOUR_MS;
    switches.asyncLongestRetryMs = 30 * HOUR_MS;
    const before = failures('96 hours');
    world.faults.add({
      border: 'invoke',
      matching: 'on-message',
      times: 100,
      fault: { kind: 'serverError', status: 500 },
    });
    const jobId = await world.push([{ n: 1 }]);
    await world.advanceUntil(HOUR_MS, () => failures('96 hours') > before);
    expect(failures('The platform did not run it (500).')).toBeGreaterThanOrEqual(4);
    world.faults.clear();
    expect(await world.stats(jobId)).toEqual({ success: 0, inProgress: 1, failed: 0 });

    world.faults.add({ border: 'invoke', matching: 'on-message', fault: 'throttle' });
    const other = await world.push([{ n: 2 }]);
    await world.advanceUntil(HOUR_MS, ended(other));
    expect(await world.messages(other)).toMatchObject([
      {
        retryCount: 0,
        event: {
          retryContext: { retryCount: 0, retryReason: 'FUNCTION_PLATFORM_RATE_LIMITED' },
        },
      },
    ]);
  });

  it('is tried again when the platform loses it', async () => {
    world.platform.switches.asyncFirstRetryMs = 5_000;
    world.faults.add({ border: 'queue', fault: 'lostRequest' });
    const jobId = await world.push([{ n: 1 }]);
    await world.advanceUntil(1_000, ended(jobId));
    expect(await world.stats(jobId)).toMatchObject({ success: 1 });
    expect(await world.messages(jobId)).toHaveLength(1);
  });

  it('is not retried with 4 KB or more of retryData as asked, but as after an error', async () => {
    const { switches } = world.platform;
    const jobId = await world.push([{ kind: 'again-big' }]);
    await world.advanceUntil(1_000, arrived(jobId, 2));
    const [, refused] = await world.messages(jobId);
    expect(refused?.event.retryContext).toMatchObject({
      retryReason: 'FUNCTION_ERR',
      retryData: null,
    });
    switches.bigRetryData = 'dropped';
    await world.advanceUntil(10_000, arrived(jobId, 4));
    const last = (await world.messages(jobId)).at(-1);
    expect(last?.event.retryContext).toMatchObject({
      retryReason: 'FUNCTION_RETRY_REQUEST',
      retryData: null,
    });
    switches.bigRetryData = 'refused';
    await world.call('cancel', { jobId });
  });

  it('is not retried when it and its retryData are over 200 KB together (ECO-759)', async () => {
    const overhead = JSON.stringify([{ body: { kind: 'again', text: '' } }]).length;
    const full = { kind: 'again', text: 'x'.repeat(200 * 1024 - overhead) };
    const jobId = await world.push([full]);
    await world.advanceUntil(1_000, ended(jobId));
    expect(await world.stats(jobId)).toMatchObject({ success: 0, failed: 1 });
    expect(failures('ECO-759')).toBe(1);
    world.platform.switches.eco759 = false;
    const other = await world.push([full]);
    await world.advanceUntil(10_000, ended(other));
    expect(await world.stats(other)).toMatchObject({ success: 1 });
  });

  it('survives a deploy and runs on the new version; other readings strand it', async () => {
    const next = await buildFixture();
    const variables = { REMOTE_BASE_URL: world.remote.url, GREETING: 'new' };
    try {
      const jobId = await world.push([{ body: { n: 1 }, delayInSeconds: 60 }]);
      await world.platform.deploy(next.appDir, variables);
      await world.advanceUntil(10_000, ended(jobId));
      expect(await world.stats(jobId)).toMatchObject({ success: 1 });
      // The new version has a process of its own, which has seen this event and nothing before it.
      expect(await world.messages(jobId)).toHaveLength(1);

      world.platform.switches.asyncAcrossVersions = 'crossVersion';
      const stranded = await world.push([{ body: { n: 2 }, delayInSeconds: 60 }]);
      await world.platform.deploy(next.appDir, { ...variables, GREETING: 'newer' });
      await world.advanceUntil(10_000, () => failures('stranded') > 0);
      expect(await world.stats(stranded)).toMatchObject({ inProgress: 1, success: 0 });
    } finally {
      await next.remove();
    }
  });
});
