import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalSiteUrls, SiteName } from 'crossgrade-local-site';
import { supervise, type Supervised } from '../supervisor.ts';
import { CONNECT_KEY, PUBLIC_ADDRESS } from '../vendor.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What functions say, unless it is a failure; and the last word, on what is not modelled, which the demo asks for itself. */
const NOT_SHOWN = /^(function (?!.*\.failed\b)|\{"ready":false)/;
/** The package's own command, as its `bin` names it. */
const COMMAND = join(fileURLToPath(import.meta.resolve('crossgrade-local-site')), '../cli.ts');

export interface SiteProcessOptions {
  readonly ports: { readonly site: number; readonly platform: number; readonly customUi: number };
  readonly sites: readonly SiteName[];
  readonly remoteUrl: string;
  /** Where it keeps everything. */
  readonly dataDir: string;
  readonly say: (line: string) => void;
  readonly onLog: (line: string) => void;
}

/** The pretend Atlassian as a process of its own, started as any vendor would start it. */
export interface SiteProcess extends Supervised {
  readonly urls: LocalSiteUrls;
}

/** Starts it on exactly these ports. Started again, it is where it was and knows what it knew. */
export async function startSite(options: SiteProcessOptions): Promise<SiteProcess> {
  const { ports, sites, remoteUrl, dataDir, onLog } = options;
  const args = [
    ...['--app', appFolder(options.say), '--data', dataDir, '--json'],
    ...['--ports', [ports.site, ports.platform, ports.customUi].join(',')],
    ...['--var', `CONNECT_KEY=${CONNECT_KEY}`, '--var', `REMOTE_BASE_URL=${remoteUrl}`],
    ...['--address', `${PUBLIC_ADDRESS}=${remoteUrl}`],
    ...sites.flatMap(({ slug, displayName }) => ['--site', `${slug}=${displayName}`]),
  ];
  const site = await supervise({
    ...{ name: 'local site', args: [COMMAND, ...args], env: {} },
    onLog: (line) => {
      if (!NOT_SHOWN.test(line)) onLog(line);
    },
  });
  const { urls } = site.ready as { readonly urls: LocalSiteUrls };
  return Object.assign(site, { urls });
}

/** What is deployed: the built checkout, or the artifact of the real bundler that CROSSGRADE_ARTIFACT names. */
export function appFolder(say: (line: string) => void): string {
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
