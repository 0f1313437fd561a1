import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { ScriptLine } from '../faults/index.ts';
import type { Site } from '../types.ts';
import { ADA, callResolver, startTestPlatform, until } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

/** Every kind of fault at real borders: sockets of `fetch`, and the real SDK in a function's own process. */
describe('a fault', () => {
  let world: TestPlatform;
  let site: Site;
  let token = '';

  beforeAll(async () => {
    world = await startTestPlatform();
    site = world.site('one');
    await world.platform.install(site);
    await renewToken();
  });
  afterEach(() => {
    world.faults.clear();
    world.faults.clearLog();
    world.remote.seen.length = 0;
  });
  afterAll(() => world.close());

  async function renewToken(): Promise<void> {
    await world.platform.runSchedule(site, 'tick');
    token = String(world.remote.seen.at(-1)?.headers['x-forge-oauth-system']);
  }
  const plan = (line: ScriptLine): void => {
    world.faults.add(line);
  };
  const rest = (operation: string, body: unknown): Promise<Response> =>
    fetch(`${world.url}/forge/storage/kvs/v1/${operation}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const set = (key: string, value: unknown): Promise<Response> => rest('set', { key, value });
  const stored = (key: string): unknown => {
    for (const item of world.store.inspect(site.installationId!)) {
      if (item.key === key && item.entityName === undefined) return item.value;
    }
    return undefined;
  };
  const requests = (): number => world.store.usage(site.installationId!).requests;
  const function_ = (key: string, payload: unknown): Promise<unknown> =>
    callResolver(world, site, key, payload);
  /** Lets sockets and processes come to rest in real time. */
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

  describe('between a remote and storage', () => {
    it('loses a request: the socket ends, nothing was done', async () => {
      plan({ border: 'storage.rest', matching: '/set$', fault: 'lostRequest' });
      await expect(set('lost-request', 1)).rejects.toMatchObject({
        message: 'fetch failed',
        cause: { code: 'UND_ERR_SOCKET' },
      });
      expect(stored('lost-request')).toBeUndefined();
      expect((await set('lost-request', 2)).status).toBe(204);
    });

    it('loses an answer: the socket ends, everything was done', async () => {
      plan({ border: 'storage.rest', fault: 'lostAnswer' });
      await expect(set('lost-answer', 1)).rejects.toThrow('fetch failed');
      expect(stored('lost-answer')).toBe(1);
    });

    it('applies late what the caller has given up', async () => {
      plan({ border: 'storage.rest', fault: { kind: 'lateApply', ms: 5_000 } });
      await expect(set('late', 'old')).rejects.toThrow('fetch failed');
      expect((await set('late', 'new')).status).toBe(204);
      await world.clock.advanceAsync(4_999);
      expect(stored('late')).toBe('new');
      await world.clock.advanceAsync(1);
      expect(stored('late')).toBe('old');
    });

    it('performs a request twice, at once or some time later', async () => {
      plan({ border: 'storage.rest', fault: { kind: 'duplicate', ms: 0 } });
      const before = requests();
      expect((await set('twice', 1)).status).toBe(204);
      expect(requests() - before).toBe(2);
      plan({ border: 'storage.rest', fault: { kind: 'duplicate', ms: 1_000 } });
      expect((await set('twice', 'first')).status).toBe(204);
      expect((await set('twice', 'second')).status).toBe(204);
      expect(stored('twice')).toBe('second');
      await world.clock.advanceAsync(1_000);
      expect(stored('twice')).toBe('first');
    });

    it('lets a later request overtake', async () => {
      plan({ border: 'storage.rest', fault: { kind: 'reorder', ms: 60_000 } });
      const first = set('order', 'first');
      await until(() => world.faults.log().length === 1 || undefined);
      expect((await set('order', 'second')).status).toBe(204);
      expect((await first).status).toBe(204);
      expect(stored('order')).toBe('first');
    });

    it("answers 429 in storage's own words, for a number of calls", async () => {
      plan({ border: 'storage.rest', fault: 'throttle', times: 2 });
      const general = await set('burst', 1);
      const transaction = await rest('transaction', { set: [{ key: 'burst', value: 1 }] });
      expect([general.status, await general.json()]).toMatchObject([
        429,
        { code: 'RATE_LIMIT_EXCEEDED' },
      ]);
      expect([transaction.status, await transaction.json()]).toMatchObject([
        429,
        { code: 'TOO_MANY_REQUESTS' },
      ]);
      expect(general.headers.get('retry-after')).toBeNull();
      expect((await set('burst', 1)).status).toBe(204);
    });

    it('answers 429 for a span of time', async () => {
      plan({ border: 'storage.rest', fault: 'throttle', forMs: 10_000 });
      expect((await set('span', 1)).status).toBe(429);
      await world.clock.advanceAsync(9_999);
      expect((await set('span', 1)).status).toBe(429);
      await world.clock.advanceAsync(1);
      expect((await set('span', 1)).status).toBe(204);
    });

    it('answers 5xx and does nothing', async () => {
      plan({ border: 'storage.rest', fault: { kind: 'serverError', status: 503 } });
      const answer = await set('broken', 1);
      expect([answer.status, await answer.json()]).toMatchObject([
        503,
        { code: 'SERVICE_UNAVAILABLE' },
      ]);
      expect(stored('broken')).toBeUndefined();
    });

    it('makes a request slow', async () => {
      plan({ border: 'storage.rest', fault: { kind: 'slow', ms: 20_000 } });
      let answered = false;
      const slow = set('slow', 1).then((answer) => {
        answered = true;
        return answer;
      });
      await until(() => world.faults.log().length === 1 || undefined);
      await world.clock.advanceAsync(19_999);
      await settle();
      expect([answered, stored('slow')]).toEqual([false, undefined]);
      await world.clock.advanceAsync(1);
      expect((await slow).status).toBe(204);
    });

    it('ends a system token early, and the next schedule brings another', async () => {
      plan({ border: 'storage.rest', fault: 'expireToken' });
      expect((await set('expired', 1)).status).toBe(401);
      expect((await set('expired', 1)).status).toBe(401);
      const old = token;
      await renewToken();
      expect(token).not.toBe(old);
      expect((await set('expired', 1)).status).toBe(204);
    });

    it('says nothing at all when the silence is to hang, until the caller gives up', async () => {
      const hanging = await startTestPlatform({}, { silence: 'hang' });
      const other = hanging.site('two');
      await hanging.platform.install(other);
      hanging.faults.add({ border: 'storage.rest', fault: 'lostAnswer' });
      const call = fetch(`${hanging.url}/forge/storage/kvs/v1/get`, {
        method: 'POST',
        body: '{}',
        signal: AbortSignal.timeout(150),
      });
      await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
      await hanging.close();
    });
  });

  describe('between a function and storage, through the SDK', () => {
    it('loses an answer after the write', async () => {
      plan({ border: 'storage.function', matching: '/set$', fault: 'lostAnswer' });
      await expect(function_('keep', { key: 'f-answer', value: 'v' })).rejects.toThrow(
        /hang up|ECONNRESET/,
      );
      expect(stored('f-answer')).toBe('v');
    });

    it('loses a request before it', async () => {
      plan({ border: 'storage.function', matching: '/set$', fault: 'lostRequest' });
      await expect(function_('keep', { key: 'f-request', value: 'v' })).rejects.toThrow(
        /hang up|ECONNRESET/,
      );
      expect(stored('f-request')).toBeUndefined();
    });

    it('applies late, also after the function has ended', async () => {
      plan({ border: 'storage.function', fault: { kind: 'lateApply', ms: 1_000 } });
      await expect(function_('keep', { key: 'f-late', value: 'v' })).rejects.toThrow();
      expect(stored('f-late')).toBeUndefined();
      await world.clock.advanceAsync(1_000);
      expect(stored('f-late')).toBe('v');
    });

    it('refuses with 429 and 5xx, which the SDK throws with their code', async () => {
      plan({ border: 'storage.function', fault: 'throttle' });
      plan({ border: 'storage.function', nth: 2, fault: { kind: 'serverError', status: 500 } });
      const refused = function_('keep', { key: 'f-refused', value: 'v' });
      await expect(refused).rejects.toThrow('The request was not performed (429).');
      await expect(function_('keep', { key: 'f-refused', value: 'v' })).rejects.toThrow('(500)');
    });
  });

  describe('between the app and Jira', () => {
    it("refuses a function's call in Jira's own words", async () => {
      plan({ border: 'jira.app', matching: '^one GET', fault: 'throttle' });
      const { status, body } = (await function_('jiraAsApp', {})) as {
        status: number;
        body: string;
      };
      expect([status, JSON.parse(body)]).toEqual([
        429,
        { errorMessages: ['The request was not performed (429).'], errors: {} },
      ]);
    });

    it("loses the answer to a remote's call", async () => {
      plan({ border: 'jira.app', fault: 'lostAnswer' });
      const before = world.jira.length;
      const url = `${world.url}/ex/jira/${site.cloudId}/rest/api/3/myself`;
      const call = fetch(url, { headers: { authorization: `Bearer ${token}` } });
      await expect(call).rejects.toThrow('fetch failed');
      expect(world.jira.length - before).toBe(1);
    });
  });

  describe('between the platform and a function', () => {
    it('crashes its process while it runs; the next call gets another one', async () => {
      plan({ border: 'invoke', fault: { kind: 'crash', ms: 50 } });
      await expect(function_('hang', {})).rejects.toMatchObject({
        code: 'FUNCTION_PLATFORM_UNKNOWN_ERROR',
      });
      expect(await function_('echo', { still: 'there' })).toBeDefined();
    });

    it('never calls it, or never hears from it', async () => {
      plan({ border: 'invoke', fault: 'lostRequest' });
      const lost = function_('keep', { key: 'i-request', value: 'v' });
      await expect(lost).rejects.toMatchObject({ code: 'FUNCTION_PLATFORM_UNKNOWN_ERROR' });
      expect(stored('i-request')).toBeUndefined();
      plan({ border: 'invoke', fault: 'lostAnswer' });
      const unheard = function_('keep', { key: 'i-answer', value: 'v' });
      await expect(unheard).rejects.toMatchObject({ code: 'FUNCTION_PLATFORM_UNKNOWN_ERROR' });
      expect(stored('i-answer')).toBe('v');
    });
  });

  describe('between the platform and a remote', () => {
    const callFromPage = (): Promise<Response> =>
      world.platform.callRemote(
        { site, moduleKey: 'admin', moduleType: 'jira:adminPage', accountId: ADA },
        { remoteKey: 'vendor', path: '/forge/page', method: 'GET', way: 'ui' },
      );
    const expOf = (index: number): number => {
      const bearer = world.remote.seen[index]?.headers.authorization ?? '';
      return decodeJwt(bearer.replace('Bearer ', '')).exp! * 1000;
    };

    it('loses a request, and loses an answer', async () => {
      plan({ border: 'remote', fault: 'lostRequest' });
      plan({ border: 'remote', nth: 2, fault: 'lostAnswer' });
      await expect(callFromPage()).rejects.toMatchObject({ code: 'remote_unreachable' });
      expect(world.remote.seen).toHaveLength(0);
      await expect(callFromPage()).rejects.toMatchObject({ code: 'remote_unreachable' });
      expect(world.remote.seen).toHaveLength(1);
    });

    it('sends it twice, each time with a token of its own', async () => {
      plan({ border: 'remote', fault: { kind: 'duplicate', ms: 0 } });
      expect((await callFromPage()).status).toBe(200);
      const ids = world.remote.seen.map(
        ({ headers }) => decodeJwt(headers.authorization!.replace('Bearer ', '')).jti,
      );
      expect(new Set(ids).size).toBe(2);
    });

    it('brings an invocation token that has expired on arrival', async () => {
      plan({ border: 'remote', fault: 'expireToken' });
      await callFromPage();
      await callFromPage();
      expect(expOf(0)).toBeLessThan(world.clock.now());
      expect(expOf(1)).toBeGreaterThan(world.clock.now());
    });

    it('refuses what a function asks of a remote', async () => {
      plan({ border: 'remote', fault: { kind: 'serverError', status: 502 } });
      const answer = await function_('remote', { key: 'vendor', path: '/x' });
      expect(answer).toMatchObject({ status: 502 });
      expect(world.remote.seen).toHaveLength(0);
    });

    it('loses the answer to an event, which then comes again', async () => {
      plan({ border: 'remote.event', fault: 'lostAnswer' });
      await expect(world.platform.runSchedule(site, 'tick')).rejects.toMatchObject({
        code: 'delivery_failed',
      });
      expect(world.remote.seen).toHaveLength(1);
      await world.clock.advanceAsync(60_000);
      await until(() => world.remote.seen.length === 2 || undefined);
      expect(JSON.parse(world.remote.seen[1]!.body)).toMatchObject({
        payload: {
          retryContext: { retryCount: 1, retryReason: 'INVALID_REMOTE_INVOCATION_ERROR' },
        },
      });
    });
  });

  it('is written down with the call that it struck, and happens again in a replay', async () => {
    world.faults.add({ border: 'storage.rest', matching: '/set$', nth: 2, fault: 'lostAnswer' });
    world.faults.add({ border: 'storage.function', fault: 'throttle' });
    const run = async (): Promise<unknown[]> => {
      const answers = [];
      for (let i = 0; i < 3; i++) {
        answers.push(
          await set('replayed', i).then(
            ({ status }) => status,
            () => 'lost',
          ),
        );
      }
      const refused = function_('keep', { key: 'replayed', value: 'v' });
      answers.push(await refused.catch((error: unknown) => String(error)));
      return answers;
    };
    const first = await run();
    expect(first.slice(0, 3)).toEqual([204, 'lost', 204]);
    const log = JSON.parse(JSON.stringify(world.faults.log())) as ReturnType<
      typeof world.faults.log
    >;
    expect(log).toMatchObject([
      { border: 'storage.rest', what: 'one /set', fault: { kind: 'lostAnswer' } },
      { border: 'storage.function', what: 'one /set', fault: { kind: 'throttle' } },
    ]);
    // The site was used before, so the calls are counted from here on.
    world.faults.replay([
      { ...log[0]!, nth: 2 },
      { ...log[1]!, nth: 1 },
    ]);
    expect(await run()).toEqual(first);
    expect(world.faults.replayLeft()).toEqual([]);
  });
});
