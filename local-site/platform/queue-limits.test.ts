import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startQueueWorld } from './queue-world.ts';
import type { QueueWorld } from './queue-world.ts';

/** What the platform refuses, as the real @forge/events sees it. */
describe('a push', () => {
  let world: QueueWorld;
  beforeAll(async () => {
    world = await startQueueWorld();
  });
  beforeEach(async () => {
    // The next minute, so that no test uses up another one's 500 events.
    await world.clock.advanceAsync(60_000);
  });
  afterAll(() => world.close());

  const error = (events: readonly object[], more: object = {}): Promise<unknown> =>
    world.call('pushError', { events, ...more });
  const sized = (kiloBytes: number): object => ({ body: { text: 'x'.repeat(kiloBytes * 1024) } });

  it('of more than 50 events, or of more than 200 KB, is answered 413 whatever the SDK checks', async () => {
    const many = Array.from({ length: 51 }, (_, n) => ({ body: { n } }));
    expect(await error(many, { raw: true })).toMatchObject({ status: 413 });
    expect(await error([sized(201)], { raw: true })).toMatchObject({ status: 413 });
    expect(await error([sized(199)])).toBeUndefined();
  });

  it('to a queue without a consumer, or without events, is answered 400', async () => {
    expect(await error([{ body: {} }], { raw: true, queue: 'nobody' })).toMatchObject({
      status: 400,
    });
    expect(await error([], { raw: true })).toMatchObject({ status: 400 });
    expect(await error([{ body: {}, delayInSeconds: 901 }], { raw: true })).toMatchObject({
      status: 400,
    });
  });

  it('of an event over 100 KB is too big for a consumer of more than 55 s', async () => {
    const events = [sized(1), sized(101)];
    expect(await error(events)).toBeUndefined();
    expect(await error(events, { queue: 'long-messages' })).toMatchObject({
      name: 'PayloadTooBigError',
    });
    world.platform.switches.asyncBigEvent = 'event';
    expect(await error(events, { queue: 'long-messages' })).toMatchObject({
      name: 'PartialSuccessError',
      failedEvents: [{ errorMessage: expect.stringContaining('100 KB'), payload: sized(101) }],
    });
    world.platform.switches.asyncBigEvent = 'push';
  });

  it('can succeed in part: 202 with the events that failed', async () => {
    world.platform.switches.asyncPartialFailure = 1;
    expect(await error([{ body: { n: 1 } }])).toMatchObject({
      name: 'PartialSuccessError',
      failedEvents: [{ payload: { body: { n: 1 } } }],
    });
    world.platform.switches.asyncPartialFailure = 0;
  });

  it('is answered 429 above 500 events a minute of an installation', async () => {
    const full = Array.from({ length: 50 }, (_, n) => ({ body: { n } }));
    for (let pushes = 0; pushes < 10; pushes += 1) await world.push(full);
    expect(await error([{ body: {} }])).toMatchObject({ name: 'RateLimitError' });
    await world.clock.advanceAsync(60_000);
    expect(await error([{ body: {} }])).toBeUndefined();
  });

  it('may not ask for more concurrency than the platform has, if it has a limit', async () => {
    const events = [{ body: {}, concurrency: { key: 'k', limit: 3 } }];
    expect(await error(events)).toBeUndefined();
    world.platform.switches.maxConcurrencyLimit = 2;
    expect(await error(events)).toMatchObject({ name: 'InternalServerError' });
    world.platform.switches.maxConcurrencyLimit = undefined;
  });

  it('counts with all that follows from it: 405 above the limit of a chain', async () => {
    world.platform.switches.asyncChainLimit = 3;
    const jobId = await world.push([{ kind: 'pushes' }]);
    const stopped = async (): Promise<boolean> => {
      const seen = (await world.call('seen')) as { stopped?: string }[];
      return seen.some((entry) => entry.stopped === 'InvocationLimitReachedError');
    };
    await world.advanceUntil(1_000, stopped);
    expect(await world.messages(jobId)).toHaveLength(1);
    const seen = (await world.call('seen')) as { message?: { kind?: string } }[];
    expect(seen.filter(({ message }) => message?.kind === 'pushes')).toHaveLength(3);
  });
});
