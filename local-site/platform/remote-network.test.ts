import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { JWTPayload } from 'jose';
import type { RemoteCall, Site } from '../types.ts';
import { PLATFORM_SWITCHES } from './switches.ts';
import { ADA, callResolver, startTestPlatform, until } from './test-platform.ts';
import type { RemoteSeen, TestPlatform } from './test-platform.ts';

const MINUTE = 60_000;
const FIVE_MB = 5 * 1024 * 1024;

function claimsOf(seen: RemoteSeen | undefined): JWTPayload & { app: Record<string, unknown> } {
  return decodeJwt(seen?.headers.authorization?.replace('Bearer ', '') ?? '');
}

/** What the network between the platform and a remote does, and what it refuses. */
describe('the network to a remote', () => {
  let world: TestPlatform;
  let site: Site;

  beforeAll(async () => {
    world = await startTestPlatform({ remoteUiLimitMs: 400, remoteEventLimitMs: 200 });
    site = world.site('one');
    await world.platform.install(site);
  });
  beforeEach(() => {
    world.remote.seen.length = 0;
    world.remote.answer = () => ({ status: 200 });
  });
  afterAll(() => world.close());

  /** What pages asked for; events and schedules of the same site may come in between. */
  const asked = (): readonly RemoteSeen[] =>
    world.remote.seen.filter((seen) => {
      const { type } = claimsOf(seen).app['module'] as { type: string };
      return type === 'jira:adminPage';
    });
  const callFromPage = (call: Partial<RemoteCall> = {}): Promise<Response> =>
    world.platform.callRemote(
      {
        site,
        moduleKey: 'admin',
        moduleType: 'jira:adminPage',
        accountId: ADA,
        extension: { issue: { id: '1' } },
      },
      { remoteKey: 'vendor', path: '/forge/tick', method: 'POST', way: 'ui', ...call },
    );

  it('has the published limits unless a test shortens them', () => {
    expect(PLATFORM_SWITCHES).toMatchObject({
      remoteUiLimitMs: 25_000,
      remoteEventLimitMs: 5_000,
      remoteRetries: 4,
      remoteRetryDelayMs: MINUTE,
      systemTokens: { lifeMinutes: 240, leftViaEndpoint: 120 },
      fitContexts: true,
      icLabel: undefined,
      fitPaddingBytes: 0,
    });
  });

  it('carries a system token for invokeRemote, and none for requestRemote', async () => {
    await callFromPage();
    await callFromPage({ withoutTokens: true });
    const [invoked, requested] = asked().map(({ headers }) => headers['x-forge-oauth-system']);
    expect(invoked).toMatch(/^\S{40,}$/);
    expect(requested).toBeUndefined();
    expect(claimsOf(asked()[1])).toMatchObject({ principal: ADA });
  });

  it.each([301, 302, 303, 307, 308])('takes a redirect for an error: %i', async (status) => {
    world.remote.answer = () => ({ status, headers: { location: `${world.remote.url}/other` } });
    await expect(callFromPage()).rejects.toMatchObject({ code: 'redirect_refused' });
    expect(asked()).toHaveLength(1);
  });

  it('does not retry what a page asked for', async () => {
    world.remote.answer = () => ({ status: 200, waitMs: 5_000 });
    await expect(callFromPage()).rejects.toMatchObject({ code: 'remote_timeout' });
    world.remote.answer = () => ({ status: 500 });
    expect((await callFromPage()).status).toBe(500);
    await world.clock.advanceAsync(10 * MINUTE);
    expect(asked()).toHaveLength(2);
  });

  it('says nothing of a licence or an Isolated Cloud where there is none', async () => {
    await callFromPage();
    const claims = claimsOf(asked()[0]);
    expect(claims).not.toHaveProperty('icLabel');
    expect(claims.app).not.toHaveProperty('license');
    expect(claims.app).not.toHaveProperty('version');
  });

  it('names the Isolated Cloud and leaves out the contexts when switched so', async () => {
    Object.assign(world.platform.switches, { icLabel: 'gov-1', fitContexts: false });
    await callFromPage();
    Object.assign(world.platform.switches, { icLabel: undefined, fitContexts: true });
    const claims = claimsOf(asked()[0]);
    expect(claims).toMatchObject({ icLabel: 'gov-1' });
    expect(claims.app).not.toHaveProperty('installation');
    expect(claims.app).toMatchObject({ installationId: site.installationId });
  });

  it('does not bring a system token when the only scopes are those for tokens', async () => {
    const { mayHaveSystemToken } = await import('./system-token-rule.ts');
    const rule = (...scopes: string[]): boolean =>
      mayHaveSystemToken({ scopes: new Set(scopes) } as never);
    expect(rule('read:app-system-token')).toBe(false);
    expect(rule('read:app-system-token', 'read:app-user-token')).toBe(false);
    expect(rule('storage:app')).toBe(false);
    expect(rule('read:app-system-token', 'storage:app')).toBe(true);
  });
});

describe('an event for a remote', () => {
  it('brings an event five times at most, a minute apart, each with a fresh token and the reason', async () => {
    // Times out, is not authenticated, fails, redirects: what happened last is the reason that comes next.
    const answers = [
      { status: 200, waitMs: 1_000 },
      { status: 401 },
      { status: 500 },
      { status: 302, headers: { location: '/other' } },
      { status: 503 },
    ];
    const world = await startTestPlatform({ remoteEventLimitMs: 200 });
    world.remote.answer = ({ path }) =>
      path === '/forge/lifecycle' ? (answers.shift() ?? { status: 200 }) : { status: 200 };
    await world.platform.install(world.site('one'));
    const seen = (): readonly RemoteSeen[] =>
      world.remote.seen.filter(({ path }) => path === '/forge/lifecycle');
    await world.clock.advanceAsync(1_000);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await until(() => seen().length === attempt || undefined);
      // The answer has to arrive before time goes on.
      await until(() => world.failures.length >= attempt || undefined);
      await world.clock.advanceAsync(MINUTE - 1);
      expect(seen()).toHaveLength(attempt);
      await world.clock.advanceAsync(1);
    }
    await world.clock.advanceAsync(10 * MINUTE);
    expect(seen()).toHaveLength(5);
    const reasons = seen().map(({ body }) => {
      const { payload } = JSON.parse(body) as { payload: { retryContext?: unknown } };
      return payload.retryContext;
    });
    const invalid = 'INVALID_REMOTE_INVOCATION_ERROR';
    expect(reasons).toEqual([
      undefined,
      { retryCount: 1, retryReason: 'TIMEOUT_ERROR', retryData: null },
      { retryCount: 2, retryReason: 'INVALID_FORGE_INVOCATION_TOKEN', retryData: null },
      { retryCount: 3, retryReason: invalid, retryData: null },
      { retryCount: 4, retryReason: invalid, retryData: null },
    ]);
    await world.close();
    const tokens = seen().map(claimsOf);
    expect(new Set(tokens.map(({ jti }) => jti)).size).toBe(5);
    for (const [index, { iat, nbf, exp }] of tokens.entries()) {
      expect([nbf, exp! - iat!]).toEqual([iat, 25]);
      if (index > 0) expect(iat! - tokens[index - 1]!.iat!).toBeGreaterThanOrEqual(60);
    }
  });
});

describe('an answer of more than 5 MB', () => {
  it('is refused, whether its length is declared or not', async () => {
    const world = await startTestPlatform();
    const site = world.site('one');
    await world.platform.install(site);
    const call = (): Promise<Response> =>
      world.platform.callRemote(
        { site, moduleKey: 'admin', moduleType: 'jira:adminPage', accountId: ADA },
        { remoteKey: 'vendor', path: '/big', method: 'GET', way: 'ui' },
      );
    world.remote.answer = () => ({ status: 200, body: 'x'.repeat(FIVE_MB) });
    expect((await (await call()).text()).length).toBe(FIVE_MB);
    for (const headers of [{ 'content-length': String(FIVE_MB + 1) }, {}]) {
      world.remote.answer = () => ({ status: 200, headers, body: 'x'.repeat(FIVE_MB + 1) });
      await expect(call()).rejects.toMatchObject({ code: 'response_too_large' });
      expect(
        await callResolver(world, site, 'remote', { key: 'vendor', path: '/big' }),
      ).toMatchObject({ status: 502 });
    }
    await world.close();
  });
});

/** A remote as a process of its own, because the limit of header sizes is Node's. */
async function startStrictRemote(maxHeaderSize: number): Promise<[ChildProcess, string]> {
  const script = `
    const server = require('node:http').createServer((request, response) => response.end('{}'));
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const child = spawn(process.execPath, [`--max-http-header-size=${maxHeaderSize}`, '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return [child, `http://localhost:${port}`];
}

describe('a context too large for a header', () => {
  it('is refused by a remote with the default limit, and read by one with a larger limit', async () => {
    const remotes = await Promise.all([startStrictRemote(16_384), startStrictRemote(65_536)]);
    const world = await startTestPlatform({ fitPaddingBytes: 20_000 });
    const site = world.site('one');
    await world.platform.install(site);
    try {
      const statuses = [];
      for (const [, url] of remotes) {
        const { app } = world.platform;
        Object.assign(app!.remotes.get('vendor')!, { baseUrl: url });
        const response = await world.platform.callRemote(
          { site, moduleKey: 'admin', moduleType: 'jira:adminPage', accountId: ADA },
          { remoteKey: 'vendor', path: '/x', method: 'GET', way: 'ui' },
        );
        statuses.push(response.status);
      }
      expect(statuses).toEqual([431, 200]);
    } finally {
      await world.close();
      for (const [child] of remotes) child.kill();
    }
  });
});
