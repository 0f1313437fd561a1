import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const VERSION = '0.1.18';

/** Where forge-sim is, or why it is nowhere. */
export type FoundPeer = { readonly entry: string } | { readonly missing: string };

/**
 * forge-sim (MIT), the other local Forge on npm. `FORGE_SIM_DIR` names a built copy; else it is installed once into a cache
 * folder outside the checkout, without its install scripts. Never throws: a benchmark runs without its peer and says so.
 */
export function findPeer(): FoundPeer {
  const given = process.env['FORGE_SIM_DIR'];
  if (given !== undefined) return entryBelow(given);
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'crossgrade', `forge-sim-${VERSION}`);
  const installed = join(folder, 'node_modules/forge-sim');
  if (!existsSync(installed)) {
    const refused = install(folder);
    if (refused !== undefined) return { missing: refused };
  }
  return entryBelow(installed);
}

function entryBelow(folder: string): FoundPeer {
  const entry = join(folder, 'dist/index.js');
  return existsSync(entry) ? { entry } : { missing: `${entry} is not there` };
}

function install(folder: string): string | undefined {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  try {
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['install', '-E', `forge-sim@${VERSION}`, ...quiet], {
      cwd: folder,
      stdio: 'pipe',
      timeout: 300_000,
    });
    return undefined;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    const text = String((error as { stderr?: unknown }).stderr);
    const lines = text.split('\n').filter((line) => line.includes('npm error'));
    return `npm can not install it (${lines[1] ?? lines[0] ?? 'no reason given'})`;
  }
}
