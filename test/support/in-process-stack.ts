import { startLocalSite, type LocalSite, type SiteName } from 'crossgrade-local-site';
import { makeDatabase } from '../../demo/database.ts';
import { reservePorts } from '../../demo/ports.ts';
import { appFolder } from '../../demo/site/start-site.ts';
import { CONNECT_KEY, PUBLIC_ADDRESS, startVendor, type Vendor } from '../../demo/vendor.ts';

export interface InProcessStackOptions {
  /** First port to try for the vendor's server. */
  readonly remotePort: number;
  readonly sites: readonly SiteName[];
  readonly backfillShare: number;
  /** False: nothing is deployed, because the Forge CLI will. (Default: true) */
  readonly deploysApp?: boolean;
}

/** What the demo runs, with the pretend Atlassian in the test's own process, where a test can look into it. */
export interface InProcessStack extends Vendor {
  readonly local: LocalSite;
  /** Ends everything in the order in which it depends on each other. Idempotent. */
  stop(): Promise<void>;
}

/** Starts all parts; the app must have been built. Leaves nothing running when one of them fails. */
export async function startInProcessStack(options: InProcessStackOptions): Promise<InProcessStack> {
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
  { remotePort: wanted, sites, backfillShare, deploysApp }: InProcessStackOptions,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<InProcessStack, 'stop'>> {
  const database = await makeDatabase(process.env['DATABASE_URL']);
  closers.push(() => database.remove());
  const reserved = await reservePorts([wanted]);
  closers.push(() => reserved.release());
  const remotePort = reserved.ports[0] ?? wanted;
  const remoteUrl = `http://localhost:${remotePort}`;
  const local = await startLocalSite({
    ...(deploysApp === false ? {} : { appDir: appFolder(() => undefined) }),
    release: { addresses: { [PUBLIC_ADDRESS]: remoteUrl } },
    variables: { CONNECT_KEY, REMOTE_BASE_URL: remoteUrl },
    ports: { site: 0, platform: 0, customUi: 0 },
    sites,
  });
  closers.push(() => local.close());
  await reserved.release();
  const { urls } = local;
  const vendor = await startVendor(
    { databaseUrl: database.url, urls, remotePort, backfillShare },
    closers,
  );
  return { ...vendor, local };
}
