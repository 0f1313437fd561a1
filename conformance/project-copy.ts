import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a deploy reads of the project. The rest of the checkout is neither needed nor looked at. */
const PARTS = [
  'manifest.yml',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'src',
  'dist/ui',
];

/**
 * A copy of the built project that a check may change: the CLI is never run in the checkout, because some commands write there.
 * Packages are shared.
 */
export async function copyProject(root: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const part of PARTS) await cp(join(root, part), join(folder, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

/**
 * Replaces the one place `find` in the copy's manifest.
 *
 * @throws Error when it is not there exactly once, so that a change that no longer fits does not pass for the real manifest
 */
export async function changeManifest(folder: string, find: string, replace: string): Promise<void> {
  const file = join(folder, 'manifest.yml');
  const text = await readFile(file, 'utf8');
  if (text.split(find).length !== 2) {
    throw new Error(`"${find}" is not exactly once in manifest.yml.`);
  }
  await writeFile(
    file,
    text.replace(find, () => replace),
  );
}
