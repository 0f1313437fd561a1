import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProcess } from './run-process.ts';
import { CheckError } from '../check-error.ts';

const VERSION = '13.3.0';
/** Made last, so that a folder with it is complete. */
const MARK = 'complete';
const LIMIT_MS = 15 * 60_000;

/** The folder that the Forge CLI is in, or will be: outside of the checkout, and kept from run to run. */
export function cliFolder(env: Readonly<Record<string, string | undefined>>): string {
  const cache = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return env['CROSSGRADE_CACHE'] ?? join(cache, 'crossgrade', `forge-cli-${VERSION}`);
}

/**
 * Installs the Forge CLI unless it is there: 314 MB, about a minute. Its install scripts do not run: the only one that matters
 * builds a key chain, which a token in the environment makes superfluous (facts: forge-runtime, section 2).
 *
 * @throws CheckError when the registry cannot be reached or the install fails
 */
export async function installCli(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (existsSync(join(folder, MARK))) return;
  await rm(join(folder, 'node_modules'), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifest = { private: true, dependencies: { '@forge/cli': VERSION } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const { code, output, timedOut } = await runProcess({
    command: 'npm',
    args: ['install', '--ignore-scripts', '--no-audit', '--no-fund'],
    cwd: folder,
    // The CLI's `engines` exclude some Nodes; npm has to run under the one that will run the CLI.
    env: { ...env, PATH: `${dirname(process.execPath)}:${env['PATH'] ?? ''}` },
    timeLimitMs: LIMIT_MS,
  });
  if (code === 0) {
    await writeFile(join(folder, MARK), '');
    return;
  }
  const isOffline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(output);
  const why = isOffline
    ? 'The npm registry cannot be reached.'
    : `npm ended with ${timedOut ? 'no answer' : String(code)}.`;
  throw new CheckError(
    `@forge/cli ${VERSION} is not installed in ${folder}. ${why} Install it once with a network, or name a folder that has it in CROSSGRADE_CACHE.`,
    output,
  );
}
