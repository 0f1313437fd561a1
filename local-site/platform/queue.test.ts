import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Site } from '../types.ts';
import { callResolver, startTestPlatform, until } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

interface Pushed {
  readonly jobId: string;
}
interface Message {
  readonly message: { readonly n: number };
  readonly retryCount: number;
  readonly event: { readonly jobId: string; readonly retryContext?: object };
}

/** The real @forge/events on both ends. */
describe('async events', () => {
  let world: TestPlatform;
  let site: Site;
  let count = 0;

  beforeAll(async () => {
    world = await startTestPlatform();
  });
  beforeEach(async () => {
    count += 1;
    site = world.site(`queue-${count}`);
    await world.platform.install(site);
  });
  afterAll(() => world.close());

  const push = async (...bodies: object[]): Promise<string> => {
    const events = bodies.map((body) => ({ body }));
    const { jobId } = (await callResolver(world, site, 'push', { events })) as Pushed;
    return jobId;
  };
  const messages = (jobId: string, times: number): Promise<Message[]> =>
    until(async () => {
      const all = (await callResolver(world, site, 'seen')) as Message[];
      const mine = all.filter((entry) => 'message' in entry && entry.event.jobId === jobId);
      return mine.length >= times ? mine : undefined;
    });
  const stats = (jobId: string): Promise<unknown> => callResolver(world, site, 'stats', { jobId });

  it('reach the consumer, and the job counts them', async () => {
    const jobId = await push({ n: 1 }, { n: 2 }, { n: 3 });
    await world.clock.advanceAsync(1_000);
    const got = await messages(jobId, 3);
    expect(got.map(({ message }) => message.n).sort()).toEqual([1, 2, 3]);
    const ended = await until(async () => {
      const now = (await stats(jobId)) as { inProgress: number };
      return now.inProgress === 0 ? now : undefined;
    });
    expect(ended).toEqual({ success: 3, inProgress: 0, failed: 0 });
  });

  it('come again when the consumer returns an InvocationError, after the time it names', async () => {
    const jobId = await push({ kind: 'again' });
    await world.clock.advanceAsync(1_000);
    await messages(jobId, 1);
    await until(async () => ((await stats(jobId)) as { inProgress: number }).inProgress === 1);
    await world.clock.advanceAsync(20_000);
    expect(await messages(jobId, 1)).toHaveLength(1);
    await world.clock.advanceAsync(11_000);
    const [, second] = await messages(jobId, 2);
    expect(second?.event.retryContext).toMatchObject({
      retryCount: 1,
      retryReason: 'FUNCTION_UPSTREAM_RATE_LIMITED',
      retryData: { soFar: 1 },
    });
  });

  it('come again when the consumer throws', async () => {
    const jobId = await push({ kind: 'throws' });
    await world.clock.advanceAsync(1_000);
    await messages(jobId, 1);
    await until(() => world.failures.find((line) => line.includes('The consumer says no.')));
    await world.clock.advanceAsync(10_000);
    const [, second] = await messages(jobId, 2);
    expect(second).toMatchObject({
      retryCount: 1,
      event: { retryContext: { retryReason: 'FUNCTION_ERR', retryData: null } },
    });
  });

  it('are refused above 500 a minute, and welcome again in the next minute', async () => {
    const full = Array.from({ length: 50 }, (_, n) => ({ n }));
    for (let pushes = 0; pushes < 10; pushes += 1) await push(...full);
    await expect(push({ n: 0 })).rejects.toThrow(/Too many requests/);
    await world.clock.advanceAsync(60_000);
    await expect(push({ n: 0 })).resolves.toBeDefined();
  });

  it('are refused as a whole above 200 KB', async () => {
    const big = { text: 'x'.repeat(150 * 1024) };
    await expect(push(big)).resolves.toBeDefined();
    await expect(push(big, big)).rejects.toThrow();
  });
});

describe('at least once', () => {
  it('delivers every event twice when told to', async () => {
    const world = await startTestPlatform({ asyncDuplicate: 1 });
    try {
      const site = world.site('twice');
      await world.platform.install(site);
      const events = [{ body: { n: 1 } }];
      await callResolver(world, site, 'push', { events });
      await world.clock.advanceAsync(1_000);
      const seen = await until(async () => {
        const all = (await callResolver(world, site, 'seen')) as object[];
        const mine = all.filter((entry) => 'message' in entry);
        return mine.length === 2 ? mine : undefined;
      });
      expect(seen).toHaveLength(2);
    } finally {
      await world.close();
    }
  });
});
