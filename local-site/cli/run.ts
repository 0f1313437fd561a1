import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseFaultPlan } from '../faults/fault-plan.ts';
import type { LocalSite } from '../local-site.ts';
import type { LocalSiteOptions } from '../options.ts';
import { startLocalSite } from '../start-local-site.ts';
import { CliError } from './cli-error.ts';
import type { CliArguments } from './read-arguments.ts';
import { readDataFile } from './read-file.ts';
import { readSwitches } from './read-switches.ts';

/** Starts what the command line asks for; `say` gets one line for what happens meanwhile. Nothing is left running on error. */
export async function run(args: CliArguments, say: (line: string) => void): Promise<LocalSite> {
  const options = await optionsOf(args, say);
  const local = await startLocalSite(options);
  try {
    for (const site of local.sites.values()) {
      // With --data it may be there from an earlier run.
      if (args.descriptor !== undefined && site.generation === 'none') {
        await local.connect.install(site, args.descriptor);
      }
      if (args.install && site.generation !== 'hybrid') await local.upgradeInPlace(site);
    }
    return local;
  } catch (error) {
    await local.close();
    throw error;
  }
}

async function optionsOf(
  { app, sites, variables, data, port, ports, addresses, seed, switches, faults }: CliArguments,
  say: (line: string) => void,
): Promise<LocalSiteOptions> {
  if (app !== undefined && !existsSync(join(app, 'manifest.yml'))) {
    throw new CliError('app_missing', `There is no manifest.yml in ${app}: name the app's folder.`);
  }
  const next = (n: number): number => (port === 0 ? 0 : port + n);
  return {
    ...(app === undefined ? {} : { appDir: app }),
    variables,
    ports:
      ports === undefined
        ? { site: port, platform: next(1), customUi: next(2) }
        : { site: ports[0], platform: ports[1], customUi: ports[2], exact: true },
    sites,
    release: { addresses },
    ...(data === undefined ? {} : { dataDir: data }),
    seed,
    ...(switches === undefined
      ? {}
      : { switches: readSwitches(await readDataFile('--switches', switches)) }),
    ...(faults === undefined
      ? {}
      : { faults: parseFaultPlan(await readDataFile('--faults', faults)) }),
    onLog: ({ level, text }) => say(`function ${level}: ${text}`),
    onFailure: (what, message) => say(`failed: ${what}: ${message}`),
  };
}
