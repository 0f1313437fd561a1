import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeSymmetric, SymmetricAlgorithm } from 'atlassian-jwt';
import { startTestApp } from './connect/test-app.ts';
import type { TestApp } from './connect/test-app.ts';
import { buildFixture } from './functions/fixture/build-fixture.ts';
import type { BuiltFixture } from './functions/fixture/build-fixture.ts';
import { descriptorOf } from './tenants/test-world.ts';

const CLI = join(import.meta.dirname, 'cli.ts');
const MINUTE = 60_000;
const SWITCHES = {
  platform: {
    ...{ eventDuplicate: 0, eventLate: 0, scheduledDuplicate: 0, asyncDuplicate: 0 },
    ...{ asyncLate: 0, eventDelayMs: 0, firstVersion: '1.0.0' },
  },
};

interface Ready {
  readonly urls: { readonly site: string; readonly platform: string; readonly customUi: string };
}

/** The command as a vendor runs it, killed and started again over its folder; everything by HTTP. */
describe('a local site whose process is killed', () => {
  let folder: string;
  let fixture: BuiltFixture;
  let vendor: TestApp;
  let child: ChildProcess | undefined;
  let ready: Ready;
  let webhookStatus = 204;

  const start = async (...args: string[]): Promise<void> => {
    child = spawn(process.execPath, [
      ...['--disable-warning=ExperimentalWarning', CLI, '--json', '--data', join(folder, 'data')],
      ...['--app', fixture.appDir, '--var', `REMOTE_BASE_URL=${vendor.baseUrl}`],
      ...['--switches', join(folder, 'switches.json'), ...args],
    ]);
    child.stderr?.resume();
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    const [line] = (await once(lines, 'line')) as [string];
    ready = JSON.parse(line) as Ready;
  };
  const kill = async (): Promise<void> => {
    const ended = once(child!, 'exit');
    child?.kill('SIGKILL');
    await ended;
  };
  const ports = (): string =>
    [ready.urls.site, ready.urls.platform, ready.urls.customUi]
      .map((url) => new URL(url).port)
      .join(',');
  const restart = async (): Promise<void> => {
    const same = ports();
    await kill();
    await start('--ports', same);
    expect(ports()).toBe(same);
  };

  const get = async (path: string): Promise<unknown> =>
    (await fetch(`${ready.urls.site}${path}`)).json();
  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${ready.urls.site}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    expect(`${response.status} ${response.ok ? '' : text}`).toMatch(/^2/);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const act = (action: object): Promise<unknown> =>
    post('/_local/control/tenants', { site: 'main', ...action });
  const advance = (minutes: number): Promise<unknown> =>
    post('/_local/control/clock', { advanceMinutes: minutes });
  const resolve = async (functionKey: string, payload: object): Promise<unknown> => {
    const asked = { moduleKey: 'admin', operation: 'invoke', payload: { functionKey, payload } };
    return ((await post('/_local/bridge', asked)) as { result: unknown }).result;
  };
  const stored = async (): Promise<string> =>
    (await fetch(`${ready.urls.site}/_local/control/storage?site=main`)).text();
  const addIssue = (summary: string): Promise<unknown> => {
    const fields = { project: { key: 'TALLY' }, issuetype: { name: 'Task' }, summary };
    return post('/rest/api/3/issue', { fields, properties: [{ key: 'p', value: { n: 1 } }] });
  };
  const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
  const calls = (path: string): number =>
    vendor.received.filter(({ url }) => url.split('?')[0] === path).length;
  const secret = (): string => {
    const installed = vendor.received.findLast(({ url }) => url.startsWith('/installed'));
    return (JSON.parse(installed?.body ?? '{}') as { sharedSecret: string }).sharedSecret;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-site-killed-'));
    await writeFile(join(folder, 'switches.json'), JSON.stringify(SWITCHES));
    fixture = await buildFixture();
    vendor = await startTestApp();
    vendor.respond = ({ url }) => {
      if (url === '/atlassian-connect.json') return { status: 200, body: descriptorOf(vendor) };
      return url.startsWith('/deleted') ? { status: webhookStatus } : undefined;
    };
    await start('--port', '0');
    await act({ action: 'installConnect', text: `${vendor.baseUrl}/atlassian-connect.json` });
  }, 60_000);
  afterAll(async () => {
    if (child?.exitCode === null && child.signalCode === null) await kill();
    await vendor.close();
    await fixture.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('goes on with the retries of a webhook', async () => {
    await post('/rest/api/3/project', { key: 'TALLY', name: 'Tally' });
    await addIssue('Deleted');
    webhookStatus = 503;
    const url = `${ready.urls.site}/rest/api/3/issue/TALLY-1`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
    for (let n = 0; n < 200 && calls('/deleted') === 0; n += 1) await pause(20);
    await pause(200);
    webhookStatus = 204;
    await restart();
    await advance(16);
    expect(calls('/deleted')).toBe(2);
  }, 60_000);

  it('has its sites, keys, secrets, issues and stored data when it is back on its ports', async () => {
    await act({ action: 'upgrade' });
    await addIssue('Kept');
    await resolve('keep', { key: 'before', value: 'x' });
    const before = await get('/_local/control/tenants');
    const jwks = await (await fetch(`${ready.urls.platform}/.well-known/jwks.json`)).text();

    await restart();

    expect(await get('/_local/control/tenants')).toEqual(before);
    expect(await (await fetch(`${ready.urls.platform}/.well-known/jwks.json`)).text()).toBe(jwks);
    expect(await get('/rest/api/3/issue/TALLY-2?properties=*all')).toMatchObject({
      fields: { summary: 'Kept' },
      properties: { p: { n: 1 } },
    });
    expect(await stored()).toMatch(/"before".*\n\{"end":true\}\n$/s);
    const { token } = (await post('/_local/connect/token', { issueKey: 'TALLY-2' })) as {
      token: string;
    };
    const verify = (): void => void decodeSymmetric(token, secret(), SymmetricAlgorithm.HS256);
    expect(verify).not.toThrow();
  }, 60_000);

  it('brings an async event that was on its way, once, and counts it', async () => {
    const asked = { events: [{ body: { kind: 'late' }, delayInSeconds: 60 }] };
    const { jobId } = (await resolve('push', asked)) as { jobId: string };
    await restart();
    expect(await resolve('stats', { jobId })).toEqual({ success: 0, inProgress: 1, failed: 0 });
    await advance(2);
    expect(await resolve('stats', { jobId })).toEqual({ success: 1, inProgress: 0, failed: 0 });
    expect((await stored()).match(/"kind":"late"/g)).toHaveLength(1);
    await restart();
    await advance(2);
    expect(await resolve('stats', { jobId })).toEqual({ success: 1, inProgress: 0, failed: 0 });
  }, 60_000);

  it('runs each schedule at its time, however often it was killed before', async () => {
    const before = calls('/forge/tick');
    // The first run is due within six minutes of the install; a site that began anew would wait for five more each time.
    for (let n = 0; n < 3; n += 1) {
      await advance(2);
      await restart();
    }
    await advance(1);
    expect(calls('/forge/tick')).toBe(before + 1);
    // The clock has not gone back either.
    const { offset } = (await get('/_local/control/clock')) as { offset: number };
    expect(offset).toBeGreaterThanOrEqual(11 * MINUTE - 1_000);
  }, 60_000);

  it('still tells of a call that it does not model', async () => {
    await fetch(`${ready.urls.platform}/nothing/here`);
    await restart();
    const { unmodelled } = (await get('/_local/control/state')) as {
      unmodelled: { what: string }[];
    };
    expect(unmodelled.map(({ what }) => what)).toEqual(['GET /nothing/here']);
  }, 60_000);
});
