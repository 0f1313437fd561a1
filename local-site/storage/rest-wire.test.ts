import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPlatform } from '../platform/test-platform.ts';
import type { TestPlatform } from '../platform/test-platform.ts';

/** The REST API that a remote calls (remote/accessing-storage, rest/v1), over HTTP and with a system token of the platform. */
describe('the REST API of storage', () => {
  let world: TestPlatform;
  let token = '';

  beforeAll(async () => {
    world = await startTestPlatform();
    const site = world.site('one');
    const installationId = await world.platform.install(site);
    const attributes = { n: 'integer' as const };
    world.store.declare(installationId, [
      { name: 'thing', attributes, indexes: [{ name: 'by-n', partition: [], range: ['n'] }] },
    ]);
    await world.platform.runSchedule(site, 'tick');
    token = String(world.remote.seen[0]?.headers['x-forge-oauth-system']);
  });
  afterAll(() => world.close());

  const call = async (
    path: string,
    body: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${token}` },
  ): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${world.url}/forge/storage/kvs/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  };
  const settle = (): void => world.clock.advance(10_000);

  it('answers every endpoint with the documented status and shape', async () => {
    const empty = { status: 204, body: undefined };
    const entityName = 'thing';
    expect(await call('set', { key: 'k', value: { a: 1 } })).toEqual(empty);
    expect(await call('get', { key: 'k' })).toEqual({
      status: 200,
      body: { key: 'k', value: { a: 1 } },
    });
    const latest = { keyPolicy: 'OVERRIDE', returnValue: 'LATEST' };
    expect(await call('set', { key: 'k', value: 2, options: latest })).toEqual({
      status: 200,
      body: { key: 'k', value: 2 },
    });
    expect(await call('secret/set', { key: 's', value: 'hidden' })).toEqual(empty);
    expect(await call('secret/get', { key: 's' })).toMatchObject({ status: 200 });
    expect(await call('secret/delete', { key: 's' })).toEqual(empty);
    expect(await call('entity/set', { entityName, key: 'e', value: { n: 1 } })).toEqual(empty);
    expect(await call('entity/get', { entityName, key: 'e' })).toEqual({
      status: 200,
      body: { key: 'e', entityName, value: { n: 1 } },
    });
    settle();
    expect(await call('query', { limit: 1 })).toMatchObject({
      status: 200,
      body: { data: [{ key: 'k', value: 2 }] },
    });
    expect(await call('entity/query', { entityName, indexName: 'by-n' })).toMatchObject({
      status: 200,
      body: { data: [{ key: 'e', value: { n: 1 } }] },
    });
    const batch = [
      { key: 'b1', value: 1 },
      { key: 'b2', value: { n: 2 }, entityName },
    ];
    expect(await call('batch/set', batch)).toMatchObject({ status: 200, body: { failedKeys: [] } });
    expect(await call('batch/get', [{ key: 'b1' }, { key: 'none' }])).toMatchObject({
      status: 200,
      body: { failedKeys: [{ key: 'none', error: { code: 'KEY_NOT_FOUND' } }] },
    });
    expect(await call('batch/delete', [{ key: 'b1' }])).toMatchObject({
      status: 200,
      body: { successfulKeys: [{ key: 'b1' }] },
    });
    expect(await call('transaction', { set: [{ key: 't', value: 1 }] })).toEqual(empty);
    expect(await call('delete', { key: 'k' })).toEqual(empty);
    expect(await call('entity/delete', { entityName, key: 'e' })).toEqual(empty);
  });

  it('answers a refusal with a status, a code and a message', async () => {
    const documented = { code: expect.any(String), message: expect.any(String) };
    for (const [path, body, status] of [
      ['get', { key: 'missing' }, 404],
      ['get', { key: 'a/b' }, 400],
      ['entity/get', { entityName: 'nothing', key: 'k' }, 404],
      ['transaction', {}, 400],
    ] as const) {
      expect(await call(path, body)).toEqual({ status, body: documented });
    }
    const once = { keyPolicy: 'FAIL_IF_EXISTS' };
    await call('set', { key: 'once', value: 1, options: once });
    expect(await call('set', { key: 'once', value: 1, options: once })).toMatchObject({
      status: 409,
      body: { code: 'KEY_CONFLICT' },
    });
  });

  it('answers 401 without a token, with a wrong one, and with one of another kind', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${token}` },
    ]) {
      expect((await call('get', { key: 'k' }, headers)).status).toBe(401);
    }
  });

  it('answers an invalid route with 501 and records it, until the switch says 403', async () => {
    expect((await call('vector/search', {})).status).toBe(501);
    expect(world.register.list()).toContainEqual(
      expect.objectContaining({ what: expect.stringContaining('vector/search') }),
    );
    world.store.configure({ switches: { unknownOperationStatus: 403 } });
    expect((await call('vector/search', {})).status).toBe(403);
  });
});
