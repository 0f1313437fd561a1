import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PACKAGES = ['cli', 'cli-shared', 'lint', 'tunnel', 'bundler'];
/** An operation with its variables or its selection behind the name; a call of a function named `query` has no space. */
const OPERATION = /\b(?:query|mutation) +(\w+) *[({]/g;

/** Names of every GraphQL operation in the installed packages of the Forge CLI. */
export async function cliOperations(cliFolder: string): Promise<Set<string>> {
  const names = new Set<string>();
  for (const name of PACKAGES) {
    const folder = join(cliFolder, 'node_modules/@forge', name, 'out');
    for (const file of await readdir(folder, { recursive: true })) {
      if (!file.endsWith('.js')) continue;
      const text = await readFile(join(folder, file), 'utf8');
      for (const [, operation = ''] of text.matchAll(OPERATION)) names.add(operation);
    }
  }
  return names;
}
