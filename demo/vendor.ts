import { fileURLToPath } from 'node:url';
import type { LocalSiteUrls } from 'crossgrade-local-site';
import pg from 'pg';
import { createOperator, type Operator } from './operator-command.ts';
import { supervise, type Supervised } from './supervisor.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const APP_ID = 'ari:cloud:ecosystem::app/6c1d6f6e-7a3e-4d5b-9f60-5b1a4f2f9a11';
export const CONNECT_KEY = 'com.example.tally';
/** The remote's address for the Forge CLI, which takes none on this machine. The local site knows what it means. */
export const PUBLIC_ADDRESS = 'https://tally.example.com';

/** The app's processes live in the local site's time, which its control page can move. */
const FOLLOW_CLOCK = ['--import', import.meta.resolve('crossgrade-local-site/follow-clock')];

export interface VendorOptions {
  readonly databaseUrl: string;
  /** Where the pretend Atlassian is. */
  readonly urls: LocalSiteUrls;
  readonly remotePort: number;
  /** Share of the quota that copying may use. */
  readonly backfillShare: number;
  readonly onLog?: ((from: string, line: string) => void) | undefined;
}

/** What the vendor of the app runs: a server, a worker, and somebody who gives orders. */
export interface Vendor {
  readonly remoteUrl: string;
  readonly pool: pg.Pool;
  readonly remote: Supervised;
  readonly worker: Supervised;
  readonly operator: Operator;
}

/** Starts it; whatever starts puts its end into `closers`. */
export async function startVendor(
  options: VendorOptions,
  closers: (() => Promise<unknown>)[],
): Promise<Vendor> {
  const { databaseUrl, remotePort } = options;
  const remoteUrl = `http://localhost:${remotePort}`;
  const env = environment(options, remoteUrl);
  const onLog = (from: string) => (line: string) => options.onLog?.(from, line);
  const remote = await supervise({
    ...{ name: 'remote server', env, onLog: onLog('remote') },
    args: [...FOLLOW_CLOCK, `${ROOT}/remote-server/main.ts`],
  });
  closers.push(() => remote.stop());
  const xg = [...FOLLOW_CLOCK, `${ROOT}/operator/xg.ts`];
  const config = ['--config', `${ROOT}/crossgrade.config.mts`];
  const worker = await supervise({
    ...{ name: 'worker', env, onLog: onLog('worker') },
    args: [...xg, 'worker', ...config],
  });
  closers.push(() => worker.stop());
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  pool.on('error', () => undefined);
  closers.push(() => pool.end());
  const operator = createOperator({ before: xg, after: config, env, onLog: onLog('xg') });
  return { remoteUrl, pool, remote, worker, operator };
}

function environment(
  { databaseUrl, urls, remotePort, backfillShare }: VendorOptions,
  remoteUrl: string,
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
