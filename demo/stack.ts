import { join } from 'node:path';
import type { SiteName } from 'crossgrade-local-site';
import { makeDatabase, openDatabase, type DemoDatabase } from './database.ts';
import { reserveExactly, reservePorts } from './ports.ts';
import type { RunFolder } from './run-folder.ts';
import { siteDoors, type SiteDoors } from './site/site-doors.ts';
import { startSite, type SiteProcess } from './site/start-site.ts';
import { startVendor, type Vendor } from './vendor.ts';

interface Ports {
  readonly site: number;
  readonly platform: number;
  readonly customUi: number;
  readonly remote: number;
}

export interface StackOptions {
  readonly folder: RunFolder;
  readonly asked: Readonly<Record<string, unknown>>;
  readonly ports: Ports;
  readonly sites: readonly SiteName[];
  /** Share of the quota that copying may use. */
  readonly backfillShare: number;
  readonly say: (line: string) => void;
  /** Log lines of the children that a person should see. */
  readonly onLog: (from: string, line: string) => void;
}

/** Everything the demo runs, each a process of its own: Postgres, a pretend Atlassian, the vendor's server and a worker. */
export interface Stack extends Vendor {
  readonly site: SiteProcess;
  readonly doors: SiteDoors;
  readonly database: DemoDatabase;
  /** Ends everything in the order in which it depends on each other; `keeps` leaves the data. Idempotent. */
  stop(keeps: boolean): Promise<void>;
}

/** Starts all parts; the app must have been built. Leaves nothing running when one of them fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder } = options;
  const closers: (() => Promise<unknown>)[] = [];
  let database: DemoDatabase | undefined;
  const end = async (keeps: boolean): Promise<void> => {
    for (const close of closers.reverse()) await close();
    await (keeps ? database?.leave() : database?.remove());
    if (!keeps) await folder.remove();
  };
  let ended: Promise<void> | undefined;
  const stop = (keeps: boolean): Promise<void> => (ended ??= end(keeps));
  try {
    const starting = openOrMake(folder);
    const ports = await portsFor(options, closers);
    database = await starting;
    await folder.keep({ asked: options.asked, database: database.place, ports: ports.numbers });
    if (folder.isKept) database.keep();
    await ports.release();
    return { ...(await start(options, ports.numbers, database, closers)), database, stop };
  } catch (error) {
    await stop(folder.isKept);
    throw error;
  }
}

function openOrMake({ left }: RunFolder): Promise<DemoDatabase> {
  const url = process.env['DATABASE_URL'];
  return left === undefined ? makeDatabase(url) : openDatabase(url, left.database);
}

/** The ports of the earlier run, or free ones from those that were asked for. */
async function portsFor(
  { folder, ports: wanted, say }: StackOptions,
  closers: (() => Promise<unknown>)[],
): Promise<{ numbers: Ports; release(): Promise<void> }> {
  const left = folder.left?.ports;
  const list = ({ site, platform, customUi, remote }: Ports): number[] => [
    ...[site, platform, customUi, remote],
  ];
  const reserved = await (left === undefined
    ? reservePorts(list(wanted))
    : reserveExactly(list(left)));
  closers.push(() => reserved.release());
  const [site = 0, platform = 0, customUi = 0, remote = 0] = reserved.ports;
  const numbers = { site, platform, customUi, remote };
  if (left === undefined) reportMovedPorts(wanted, numbers, say);
  return { numbers, release: () => reserved.release() };
}

async function start(
  options: StackOptions,
  ports: Ports,
  database: DemoDatabase,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<Stack, 'stop' | 'database'>> {
  const { sites, folder, say, onLog, backfillShare } = options;
  const site = await startSite({
    ...{ ports, sites, say },
    remoteUrl: `http://localhost:${ports.remote}`,
    dataDir: join(folder.path, 'site'),
    onLog: (line) => onLog('site', line),
  });
  closers.push(() => site.stop());
  const { urls } = site;
  const vendor = await startVendor(
    { databaseUrl: database.url, urls, remotePort: ports.remote, backfillShare, onLog },
    closers,
  );
  return { ...vendor, site, doors: siteDoors(urls) };
}

function reportMovedPorts(wanted: Ports, got: Ports, say: (line: string) => void): void {
  const names = [
    ['Jira site', 'site'],
    ['platform', 'platform'],
    ['Custom UI', 'customUi'],
    ['remote server', 'remote'],
  ] as const;
  for (const [name, key] of names) {
    if (wanted[key] === got[key]) continue;
    say(`Port ${wanted[key]} is busy: the ${name} is at ${got[key]}.`);
  }
}
