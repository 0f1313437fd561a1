import type { Site } from '../types.ts';
import { callResolver, startTestPlatform, until } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';
import type { PlatformSwitches } from './switches.ts';

/** What a consumer of the fixture was called with. */
export interface Message {
  readonly message: Readonly<Record<string, unknown>>;
  readonly retryCount: number;
  readonly event: {
    readonly jobId: string;
    readonly retryContext?: Readonly<Record<string, unknown>>;
  };
}

export interface Stats {
  readonly success: number;
  readonly inProgress: number;
  readonly failed: number;
}

/** A platform for tests of async events: pushes by the real SDK, and what came of them. */
export interface QueueWorld extends TestPlatform {
  readonly app: Site;
  call(key: string, payload?: unknown): Promise<unknown>;
  /** Pushes bodies or whole events; gives the job's id. */
  push(events: readonly object[], queue?: string): Promise<string>;
  /** Messages of a job so far. */
  messages(jobId: string): Promise<readonly Message[]>;
  stats(jobId: string): Promise<Stats>;
  /** Moves the site's time on in steps until `check` holds; real time passes between the steps. */
  advanceUntil(stepMs: number, check: () => boolean | Promise<boolean>): Promise<void>;
}

export async function startQueueWorld(
  switches: Partial<PlatformSwitches> = {},
): Promise<QueueWorld> {
  const world = await startTestPlatform(switches);
  const app = world.site('queue');
  await world.platform.install(app);
  const call: QueueWorld['call'] = (key, payload) => callResolver(world, app, key, payload);
  return {
    ...world,
    app,
    call,
    async push(events, queue) {
      const wrapped = events.map((event) => ('body' in event ? event : { body: event }));
      const { jobId } = (await call('push', { events: wrapped, queue })) as { jobId: string };
      return jobId;
    },
    async messages(jobId) {
      const seen = (await call('seen')) as Message[];
      return seen.filter((entry) => 'message' in entry && entry.event.jobId === jobId);
    },
    stats: async (jobId) => (await call('stats', { jobId })) as Stats,
    async advanceUntil(stepMs, check) {
      await until(async () => {
        if (await check()) return true;
        await world.clock.advanceAsync(stepMs);
        return undefined;
      });
    },
  };
}
