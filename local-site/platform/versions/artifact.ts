import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { ForgeApp } from '../../app/index.ts';
import { PlatformError } from '../platform-error.ts';

/**
 * Copies what a version consists of, manifest, handlers and pages, into a folder of its own: a deployed version does not change
 * when the developer's folder does. The layout stays, so the copy is an app folder too.
 *
 * @throws PlatformError `path_outside` for a folder that does not lie in the app folder.
 */
export async function copyArtifact(appDir: string, app: ForgeApp, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  await cp(join(appDir, 'manifest.yml'), join(target, 'manifest.yml'));
  // It says how Node reads the handlers: `type`.
  const description = join(appDir, 'package.json');
  if (existsSync(description)) await cp(description, join(target, 'package.json'));
  for (const folder of foldersOf(app)) {
    if (!existsSync(folder)) continue;
    await cp(folder, join(target, inside(appDir, folder)), { recursive: true });
  }
  // Handlers that are not bundled find their packages where they did before.
  const packages = resolve(appDir, 'node_modules');
  if (existsSync(packages)) await symlink(packages, join(target, 'node_modules'), 'dir');
}

/** A hash over everything that a version consists of. The same folder and variables give the same one. */
export async function artifactDigest(appDir: string, app: ForgeApp): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(Object.entries(app.variables).sort()));
  hash.update(await readFile(join(appDir, 'manifest.yml')));
  for (const folder of foldersOf(app)) {
    if (!existsSync(folder)) continue;
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
      hash.update(`\n${relative(appDir, file)}\n`);
      hash.update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

function foldersOf(app: ForgeApp): Set<string> {
  return new Set([app.bundleDir, ...app.resources.map(({ folder }) => folder)]);
}

function inside(appDir: string, folder: string): string {
  const path = relative(resolve(appDir), folder);
  if (path !== '' && !path.startsWith('..') && !isAbsolute(path)) return path;
  throw new PlatformError('path_outside', `${folder} does not lie below ${appDir}.`);
}
