import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createFaults } from '../faults/index.ts';
import type { FaultPlan, Faults } from '../faults/index.ts';
import { createRegister } from '../register.ts';
import { startServer } from '../server.ts';
import type { Handler } from '../server.ts';
import type { LogLine } from '../functions/index.ts';
import { buildFixture } from '../functions/fixture/build-fixture.ts';
import { createForgeStore } from '../storage/index.ts';
import type { LocalForgeStore } from '../storage/index.ts';
import { createFakeClock, seededRandom } from '../support/index.ts';
import type { FakeClock } from '../support/index.ts';
import type { Caller, Jira, Site, UnmodelledRegister } from '../types.ts';
import { createForgePlatform } from './forge-platform.ts';
import type { PlatformRoom } from './forge-platform.ts';
import type { PlatformSwitches } from './switches.ts';

/** A request that the remote of the tests got. */
export interface RemoteSeen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A remote that answers what the test says and keeps what it got. */
export interface TestRemote {
  readonly url: string;
  readonly seen: RemoteSeen[];
  /** Status and headers of the next answers. (Default: 200) */
  answer: (seen: RemoteSeen) => {
    status: number;
    headers?: Record<string, string>;
    waitMs?: number;
    /** (Default: JSON that names the path) */
    body?: string;
  };
  close(): Promise<void>;
}

/** A call of Jira's REST API that reached the stand-in of this test. */
export interface JiraSeen {
  readonly caller: Caller;
  readonly method: string;
  readonly path: string;
}

/** The platform with its HTTP face, the fixture app deployed, a remote, a real store, and a Jira of two answers. */
export interface TestPlatform {
  readonly url: string;
  readonly platform: PlatformRoom;
  readonly store: LocalForgeStore;
  readonly clock: FakeClock;
  readonly remote: TestRemote;
  readonly register: UnmodelledRegister;
  readonly faults: Faults;
  readonly logs: LogLine[];
  readonly failures: string[];
  readonly jira: JiraSeen[];
  site(slug: string): Site;
  close(): Promise<void>;
}

export const ADA = 'ada-account';
export const UMA = 'uma-account';

const PLENTY = 1_000_000;

/**
 * Everything once and on time, unless a test wants it otherwise. A test that looks again and again while its clock stands
 * still must not run into the limits of a minute.
 */
const PUNCTUAL: Partial<PlatformSwitches> = {
  ...{ eventDuplicate: 0, eventLate: 0, asyncDuplicate: 0, asyncLate: 0, scheduledDuplicate: 0 },
  ...{ userCallsPerMinute: PLENTY, installationCallsPerMinute: PLENTY },
  installationCallsPerSecond: PLENTY,
  firstVersion: '1.0.0',
};

export async function startTestPlatform(
  switches: Partial<PlatformSwitches> = {},
  plan: FaultPlan = {},
): Promise<TestPlatform> {
  const fixture = await buildFixture();
  const remote = await startRemote();
  // The remote checks real time in `exp`, so the clock starts at the real time.
  const clock = createFakeClock(Date.now());
  const register = createRegister({ clock });
  const faults = createFaults({ clock, plan });
  const store = createForgeStore({
    clock,
    register,
    file: ':memory:',
    random: seededRandom('store'),
    switches: { latencyMs: { min: 0, max: 0 } },
  });
  const logs: LogLine[] = [];
  const failures: string[] = [];
  const jiraSeen: JiraSeen[] = [];
  let handler: Handler = () => undefined;
  const server = await startServer((request, response) => handler(request, response), 0);
  const platform = await createForgePlatform({
    clock,
    random: seededRandom('platform'),
    store,
    register,
    url: server.url,
    jira: () => recordingJira(jiraSeen),
    installKey: (kid) => (kid === 'known' ? 'PEM' : undefined),
    faults,
    switches: { ...PUNCTUAL, ...switches },
    onLog: (line) => logs.push(line),
    onFailure: (what, message) => failures.push(`${what}: ${message}`),
  });
  handler = platform.handler;
  await platform.deploy(fixture.appDir, { REMOTE_BASE_URL: remote.url, GREETING: 'hello' });
  return {
    url: server.url,
    platform,
    store,
    clock,
    remote,
    register,
    faults,
    logs,
    failures,
    jira: jiraSeen,
    site: testSite,
    async close() {
      await platform.close();
      await server.close();
      await remote.close();
      store.close();
      await fixture.remove();
    },
  };
}

function testSite(slug: string): Site {
  return {
    slug,
    displayName: slug,
    cloudId: `00000000-0000-4000-8000-${slug.padStart(12, '0')}`,
    clientKey: `client-${slug}`,
    baseUrl: `http://localhost:4400/sites/${slug}`,
    users: [
      { accountId: ADA, displayName: 'Ada Admin', admin: true },
      { accountId: UMA, displayName: 'Uma User', admin: false },
    ],
    generation: 'connect',
  };
}

/** Only `rest` is there: it says who called and what for. */
function recordingJira(seen: JiraSeen[]): Jira {
  const rest: Jira['rest'] = (_site, caller, method, path) => {
    seen.push({ caller, method, path });
    const accountId = caller.kind === 'user' ? caller.accountId : 'the-app';
    return Promise.resolve({ status: 200, body: { accountId, path } });
  };
  return { rest } as Jira;
}

async function startRemote(): Promise<TestRemote> {
  const seen: RemoteSeen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const got = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(got);
      const { status, headers, waitMs, body } = remote.answer(got);
      setTimeout(() => {
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(body ?? JSON.stringify({ got: got.path }));
      }, waitMs ?? 0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const remote: TestRemote = {
    url: `http://localhost:${port}`,
    seen,
    answer: () => ({ status: 200 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return remote;
}

/** Calls a resolver of the fixture's admin page as Uma. */
export function callResolver(
  { platform }: TestPlatform,
  site: Site,
  key: string,
  payload: unknown = {},
): Promise<unknown> {
  const origin = { site, moduleKey: 'admin', moduleType: 'jira:adminPage', accountId: UMA };
  return platform.invokeResolver(origin, key, payload);
}

/** Waits in real time until `check` gives something; the processes and sockets behind it take real time. */
export async function until<T>(check: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let tried = 0; tried < 500; tried += 1) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It did not happen within 5 s.');
}
