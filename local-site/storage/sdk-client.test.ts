import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as Kvs from '@forge/kvs';
import { EMPLOYEE } from './testing/entities.ts';
import { refusalOf, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest } from './testing/sdk.ts';

/** What the SDK hands to the runtime's fetch. */
interface Passed {
  readonly target: unknown;
  readonly path: string;
  readonly headers: Record<string, string>;
}

describe('the SDK with runtime.kvs present at its import', () => {
  let test: StoreUnderTest;
  let kvs: Pick<typeof Kvs, keyof typeof Kvs>['kvs'];
  const passed: Passed[] = [];

  beforeAll(async () => {
    const runtime = {
      proxy: { token: 'token-of-the-import', url: 'http://proxy.example' },
      kvs: { url: 'http://kvs.example', host: 'kvs.example' },
      tracing: { traceId: 'trace', spanId: 'span' },
    };
    Object.assign(globalThis, { __forge_runtime__: runtime });
    test = await storeUnderTest({ entities: [EMPLOYEE] });
    const global = globalThis as unknown as {
      __forge_fetch__: (target: unknown, path: string, init: { body: string }) => Promise<Response>;
    };
    const inner = global.__forge_fetch__;
    global.__forge_fetch__ = (target, path, init) => {
      const { headers } = init as unknown as { headers: Record<string, string> };
      passed.push({ target, path, headers });
      return inner(target, path, init);
    };
    ({ kvs } = test.sdk);
  });
  afterAll(() => {
    test.store.close();
    Object.assign(globalThis, { __forge_runtime__: undefined });
  });

  it('is served as without: the store looks at path and body alone', async () => {
    await kvs.set('k', { a: 1 });
    expect(await kvs.get('k')).toEqual({ a: 1 });
    expect(await kvs.get('missing')).toBeUndefined();
    await kvs.entity('employee').set('e', { n: 1, team: 'red' });
    const query = kvs
      .entity('employee')
      .query()
      .index('by-team', { partition: ['red'] });
    expect((await query.getMany()).results).toHaveLength(1);
    await kvs.transact().set('t', 1).delete('k').execute();
    expect((await kvs.batchGet([{ key: 't' }])).successfulKeys).toHaveLength(1);
    expect(passed[0]).toEqual({
      target: { type: 'kvs' },
      path: '/api/v1/set',
      headers: {
        'content-type': 'application/json',
        Authorization: 'Bearer token-of-the-import',
        Host: 'kvs.example',
        'x-b3-traceid': 'trace',
        'x-b3-spanid': 'span',
      },
    });
  });

  it('is refused as without', async () => {
    expect(await refusalOf(kvs.get('a/b'))).toMatchObject({ status: 400, code: 'INVALID_KEY' });
  });

  it('would throw the documented NOT_FOUND, which is why the store says KEY_NOT_FOUND', async () => {
    const global = globalThis as unknown as { __forge_fetch__: unknown };
    const kept = global.__forge_fetch__;
    global.__forge_fetch__ = () =>
      Promise.resolve(Response.json({ code: 'NOT_FOUND', message: '' }, { status: 404 }));
    expect(await refusalOf(kvs.get('missing'))).toMatchObject({ code: 'NOT_FOUND' });
    global.__forge_fetch__ = kept;
    expect(await test.call('/get', { key: 'missing' })).toMatchObject({
      status: 404,
      body: { code: 'KEY_NOT_FOUND' },
    });
  });
});
