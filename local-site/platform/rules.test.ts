import { describe, expect, it } from '@jest/globals';
import type { ForgeApp } from '../app/index.ts';
import { seededRandom } from '../support/index.ts';
import { retryRequestOf } from './delivery.ts';
import { mayFetch } from './egress.ts';
import { bareId, environmentAri, uuidFrom } from './identifiers.ts';
import { FixedWindows } from './fixed-windows.ts';
import { QueueLanes } from './queue-lanes.ts';
import { mayHaveSystemToken } from './system-token-rule.ts';

const appWith = (part: Partial<ForgeApp>): ForgeApp =>
  ({ version: '1.0.0', scopes: new Set(), egress: [], remotes: new Map(), ...part }) as ForgeApp;

describe('the egress allow-list', () => {
  const allows = (entry: string, url: string): boolean =>
    mayFetch(appWith({ egress: [entry] }), new URL(url));

  it('compares scheme and host, not the path', () => {
    expect(allows('https://api.example.com/v1', 'https://api.example.com/other')).toBe(true);
    expect(allows('api.example.com', 'https://api.example.com/')).toBe(true);
    expect(allows('api.example.com', 'http://api.example.com/')).toBe(false);
    expect(allows('http://localhost:4403', 'http://localhost:4403/x')).toBe(true);
    expect(allows('http://localhost:4403', 'http://localhost:4404/x')).toBe(false);
  });

  it('lets a star stand for subdomains or for everything', () => {
    expect(allows('*.example.com', 'https://a.b.example.com/')).toBe(true);
    expect(allows('*.example.com', 'https://example.com/')).toBe(false);
    expect(allows('*.example.com', 'https://evil-example.com/')).toBe(false);
    expect(allows('*', 'https://anything.test/')).toBe(true);
  });
});

describe('a system token', () => {
  it('needs its own scope and another real one', () => {
    const may = (...scopes: string[]): boolean =>
      mayHaveSystemToken(appWith({ scopes: new Set(scopes) }));
    expect(may('storage:app')).toBe(false);
    expect(may('read:app-system-token', 'read:app-user-token')).toBe(false);
    expect(may('read:app-system-token', 'storage:app')).toBe(true);
  });
});

describe('a request for a retry', () => {
  const read = (
    result: unknown,
    bigRetryData: 'refused' | 'dropped' = 'refused',
  ): ReturnType<typeof retryRequestOf> => retryRequestOf(result, { bigRetryData });

  it('is what InvocationError returns, with at most 900 s', () => {
    expect(read({ _retry: true, retryOptions: { retryAfter: 5000 } })).toEqual({
      retryAfterMs: 900_000,
      reason: 'FUNCTION_RETRY_REQUEST',
      data: null,
    });
    expect(read({ _retry: true })).toMatchObject({ retryAfterMs: 1_000 });
    for (const result of [undefined, null, 1, {}, { _retry: false }, { _retry: 'true' }]) {
      expect(read(result)).toBeUndefined();
    }
  });

  it('may carry 4 KB; beyond that it is no request, or loses its data', () => {
    const asking = (length: number): unknown => ({
      _retry: true,
      retryOptions: { retryData: 'x'.repeat(length) },
    });
    expect(read(asking(4_094))).toMatchObject({ data: 'x'.repeat(4_094) });
    expect(read(asking(4_095))).toBe('too_big');
    expect(read(asking(4_095), 'dropped')).toMatchObject({ data: null });
  });
});

describe('identifiers', () => {
  it('are random UUIDs, the same for the same seed', () => {
    const uuid = uuidFrom(seededRandom(7));
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidFrom(seededRandom(7))).toBe(uuid);
    expect(bareId(`ari:cloud:ecosystem::installation/${uuid}`)).toBe(uuid);
    expect(environmentAri('ari:cloud:ecosystem::app/a', 'e')).toBe(
      'ari:cloud:ecosystem::environment/a/e',
    );
  });
});

describe('a fixed window', () => {
  it('counts from the start of its minute and refuses an amount as a whole', () => {
    const windows = new FixedWindows(60_000);
    expect(windows.take('a', 4, 5, 59_000)).toBe(true);
    expect(windows.take('a', 2, 5, 59_999)).toBe(false);
    expect(windows.take('a', 1, 5, 59_999)).toBe(true);
    expect(windows.take('b', 5, 5, 59_999)).toBe(true);
    expect(windows.take('a', 5, 5, 60_000)).toBe(true);
    expect(windows.endsAt(60_000)).toBe(120_000);
  });
});

describe('the lanes of the queue', () => {
  it('let no more than the limit run at the same time', async () => {
    const lanes = new QueueLanes();
    let running = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => lanes.limited('k', 3, task)));
    expect(most).toBe(3);
    expect(running).toBe(0);
  });
});
