import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { SiteName } from '../site-name.ts';
import { CliError } from './cli-error.ts';

/** What the command line asks for. Paths are absolute. */
export interface CliArguments {
  readonly app: string | undefined;
  readonly sites: readonly SiteName[];
  /** Addresses in deployed manifests that stand for others on this machine. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly data: string | undefined;
  /** Port of the site; the platform and Custom UI take the next two. 0: any free ports. */
  readonly port: number;
  /** Exactly these three, or it does not start. Undefined: as `port` says. */
  readonly ports: readonly [site: number, platform: number, customUi: number] | undefined;
  readonly seed: string;
  readonly switches: string | undefined;
  readonly faults: string | undefined;
  /** Address of a Connect descriptor to install first on every site. */
  readonly descriptor: string | undefined;
  /** Whether the deployed app is installed on every site at the start. */
  readonly install: boolean;
  readonly json: boolean;
}

export const USAGE = `crossgrade-local-site: a pretend Jira Cloud site, Connect host and Forge platform on this machine

  crossgrade-local-site --app <dir> [options]

  --app <dir>         folder with manifest.yml and the built src/ of a Forge or hybrid app
  --var K=V           fills \${K} in the manifest and is given to the functions; repeat it
  --site <slug>[=<name>]
                      a site to make, and how it is called; repeat it (default: main)
  --descriptor <url>  install this Connect app on every site first
  --install           install the app of --app on every site; over a Connect app this is the upgrade in place
  --data <dir>        keep everything in this folder, through a SIGKILL as well (default: in memory)
  --port <n>          port of the site; platform and Custom UI take the next two; 0 takes free ones (default: 4400)
  --ports <n,n,n>     ports of site, platform and Custom UI: exactly these, or it does not start
  --address A=B       a manifest that the Forge CLI deploys may call A what is B on this machine; repeat it
  --seed <text>       seed of lags, duplicates and identities (default: 1)
  --switches <file>   JSON or YAML: {storage: {...}, platform: {...}}; what Atlassian leaves open
  --faults <file>     JSON or YAML: a plan of faults
  --json              one JSON object when ready, one at the end
  --version, --help`;

/**
 * Reads the command line.
 *
 * @throws CliError `arguments_invalid` with a sentence for anything it does not know.
 */
export function readArguments(argv: readonly string[]): CliArguments | 'help' | 'version' {
  const { values } = parse(argv);
  if (values.help) return 'help';
  if (values.version) return 'version';
  const path = (given: string | undefined) => (given === undefined ? undefined : resolve(given));
  const sites = (values.site ?? ['main']).map(siteName);
  if (values.install && values.app === undefined) {
    throw new CliError('arguments_invalid', 'There is nothing to install: add --app <dir>.');
  }
  return {
    app: path(values.app),
    sites,
    variables: Object.fromEntries((values.var ?? []).map(variable)),
    data: path(values.data),
    port: port(values.port),
    ports: values.ports === undefined ? undefined : threePorts(values.ports),
    addresses: Object.fromEntries((values.address ?? []).map(addressPair)),
    seed: values.seed,
    switches: path(values.switches),
    faults: path(values.faults),
    descriptor: values.descriptor === undefined ? undefined : address(values.descriptor),
    install: values.install,
    json: values.json,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        app: { type: 'string' },
        site: { type: 'string', multiple: true },
        var: { type: 'string', multiple: true },
        data: { type: 'string' },
        port: { type: 'string', default: '4400' },
        ports: { type: 'string' },
        address: { type: 'string', multiple: true },
        seed: { type: 'string', default: '1' },
        switches: { type: 'string' },
        faults: { type: 'string' },
        descriptor: { type: 'string' },
        install: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('arguments_invalid', `${message} See --help.`, { cause });
  }
}

function siteName(text: string): SiteName {
  const [, slug = '', displayName = slug] = /^([^=]*)(?:=(.+))?$/s.exec(text) ?? [];
  if (/^[a-z0-9][a-z0-9-]{0,40}$/.test(slug)) return { slug, displayName };
  const rule = 'take lower-case letters, digits and dashes';
  throw new CliError('arguments_invalid', `--site ${slug} can not be part of an address: ${rule}.`);
}

function variable(text: string): [string, string] {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new CliError('arguments_invalid', `--var ${text} is not of the form NAME=value.`);
  }
  return [name, value];
}

function port(text: string): number {
  const number = Number(text);
  // Two more ports follow.
  if (/^\d+$/.test(text) && number <= 65_533) return number;
  throw new CliError('arguments_invalid', `--port ${text} is not a port: take 0 to 65533.`);
}

function threePorts(text: string): readonly [number, number, number] {
  const [site, platform, customUi, ...more] = text.split(',').map(Number);
  const isPort = (value: number | undefined): value is number =>
    value !== undefined && Number.isInteger(value) && value > 0 && value <= 65_535;
  if (isPort(site) && isPort(platform) && isPort(customUi) && more.length === 0) {
    return [site, platform, customUi];
  }
  throw new CliError('arguments_invalid', `--ports ${text} are not three ports: 4400,4401,4402.`);
}

function addressPair(text: string): [string, string] {
  const [, from, to] = /^(https?:\/\/[^=]+)=(https?:\/\/.+)$/s.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return [from, to];
  const example = 'https://app.example.com=http://localhost:3000';
  throw new CliError('arguments_invalid', `--address ${text} is not of the form ${example}.`);
}

function address(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href;
  const example = 'http://localhost:3000/atlassian-connect.json';
  throw new CliError(
    'arguments_invalid',
    `--descriptor ${text} is no address, such as ${example}.`,
  );
}
