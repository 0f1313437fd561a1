import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startLocalSite, type LocalSite, type SiteName } from 'crossgrade-local-site';
import pg from 'pg';
import { makeDatabase, type DemoDatabase } from './database.ts';
import { createOperator, type Operator } from './operator-command.ts';
import { supervise, type Supervised } from './supervisor.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const APP_ID = 'ari:cloud:ecosystem::app/6c1d6f6e-7a3e-4d5b-9f60-5b1a4f2f9a11';
const CONNECT_KEY = 'com.example.tally';
/** The remote's address for the Forge CLI, which takes none on this machine. The local site knows what it means. */
export const PUBLIC_ADDRESS = 'https://tally.example.com';

/** The app's processes live in the local site's time, which its control page can move. */
const FOLLOW_CLOCK = ['--import', import.meta.resolve('crossgrade-local-site/follow-clock')];

export interface StackOptions {
  readonly ports: { site: number; platform: number; customUi: number; remote: number };
  readonly sites: readonly SiteName[];
  /** Share of the quota that copying may use. */
  readonly backfillShare: number;
  readonly say: (line: string) => void;
  /** False: nothing is deployed, because the Forge CLI will. (Default: true) */
  readonly deploysApp?: boolean;
  /** Log lines of the children that a person should see. */
  readonly onLog?: (from: string, line: string) => void;
}

/** Everything the demo runs: Postgres, a pretend Atlassian, the vendor's server and a worker. */
export interface Stack {
  readonly local: LocalSite;
  readonly remoteUrl: string;
  readonly pool: pg.Pool;
  readonly database: DemoDatabase;
  readonly remote: Supervised;
  readonly worker: Supervised;
  readonly operator: Operator;
  /** Ends everything in the order in which it depends on each other. Idempotent. */
  stop(): Promise<void>;
}

/** Starts all parts; the app must have been built. Leaves nothing running when one of them fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const closers: (() => Promise<unknown>)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopped ??= (async () => {
      for (const close of closers.reverse()) await close();
    })());
  try {
    return { ...(await start(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: StackOptions,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<Stack, 'stop'>> {
  const { ports, say } = options;
  const database = await makeDatabase(process.env['DATABASE_URL']);
  closers.push(() => database.remove());
  const reserved = await reservePort(ports.remote);
  closers.push(() => reserved.release().catch(() => undefined));
  const remotePort = reserved.port;
  const remoteUrl = `http://localhost:${remotePort}`;
  const appDir = options.deploysApp === false ? undefined : appFolder(say);
  const local = await startLocalSite({
    ...(appDir === undefined ? {} : { appDir }),
    release: { addresses: { [PUBLIC_ADDRESS]: remoteUrl } },
    variables: { CONNECT_KEY, REMOTE_BASE_URL: remoteUrl },
    ports,
    sites: options.sites,
    onFailure: (what, message) => options.onLog?.('platform', `${what}: ${message}`),
  });
  closers.push(() => local.close());
  reportMovedPorts(local, ports, remotePort, say);
  const env = environment(database.url, remoteUrl, remotePort, local, options.backfillShare);
  const log = (from: string) => (line: string) => options.onLog?.(from, line);
  await reserved.release();
  const remote = await supervise({
    name: 'remote server',
    args: [...FOLLOW_CLOCK, `${ROOT}/remote-server/main.ts`],
    env,
    onLog: log('remote'),
  });
  closers.push(() => remote.stop());
  const xg = [...FOLLOW_CLOCK, `${ROOT}/operator/xg.ts`];
  const config = ['--config', `${ROOT}/crossgrade.config.mts`];
  const worker = await supervise({
    name: 'worker',
    args: [...xg, 'worker', ...config],
    env,
    onLog: log('worker'),
  });
  closers.push(() => worker.stop());
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  closers.push(() => pool.end());
  return {
    ...{ local, remoteUrl, pool, database, remote, worker },
    operator: createOperator({ before: xg, after: config, env, onLog: log('xg') }),
  };
}

/** What is deployed: the built checkout, or the artifact of the real bundler that CROSSGRADE_ARTIFACT names. */
function appFolder(say: (line: string) => void): string {
  const artifact = process.env['CROSSGRADE_ARTIFACT'];
  if (artifact === undefined) return ROOT;
  if (!existsSync(`${artifact}/src/runtime.json`)) {
    throw new Error(
      `CROSSGRADE_ARTIFACT=${artifact} is not what the bundler of the Forge CLI makes.`,
    );
  }
  say(`Running the artifact in ${artifact}.`);
  return artifact;
}

function environment(
  databaseUrl: string,
  remoteUrl: string,
  remotePort: number,
  { urls }: LocalSite,
  backfillShare: number,
): Record<string, string> {
  return {
    PORT: String(remotePort),
    DATABASE_URL: databaseUrl,
    REMOTE_BASE_URL: remoteUrl,
    CONNECT_KEY,
    FORGE_APP_ID: APP_ID,
    FORGE_JWKS_URL: urls.jwks,
    FORGE_STORAGE_URL: urls.storage,
    FORGE_API_HOST: urls.platform,
    FORGE_ENVIRONMENT_TYPE: 'DEVELOPMENT',
    CONNECT_KEYS_CDN_URL: urls.installKeys,
    HOST_WHITELIST: 'localhost',
    HOST_SCRIPT_URL: urls.hostScript,
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    AC_OPTS: 'no-reg',
    BACKFILL_SHARE: String(backfillShare),
    LOCAL_SITE_CLOCK: urls.site,
  };
}

function reportMovedPorts(
  { urls }: LocalSite,
  ports: StackOptions['ports'],
  remotePort: number,
  say: (line: string) => void,
): void {
  const asked = [
    ['Jira site', ports.site, Number(new URL(urls.site).port)],
    ['platform', ports.platform, Number(new URL(urls.platform).port)],
    ['Custom UI', ports.customUi, Number(new URL(urls.customUi).port)],
    ['remote server', ports.remote, remotePort],
  ] as const;
  for (const [name, wanted, got] of asked) {
    if (wanted !== 0 && wanted !== got) say(`Port ${wanted} is busy: the ${name} is at ${got}.`);
  }
}

/** The port itself or the next free one above it, kept from others until it is released. */
async function reservePort(wanted: number): Promise<{ port: number; release(): Promise<void> }> {
  for (let port = wanted; port < wanted + 200; port++) {
    const holder = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      holder.once('error', () => resolve(false));
      holder.listen(port, () => resolve(true));
    });
    if (isFree) {
      return { port, release: () => new Promise((resolve) => holder.close(() => resolve())) };
    }
  }
  throw new Error(`No free port from ${wanted} to ${wanted + 199}.`);
}
