/**
 * `npm run build`: forge-src/ → src/index.js, and the pages of both faces → dist/ui/. Both outputs are ignored by git.
 * Types are not checked here; `npm run types` does.
 */
import { resolve } from 'node:path';
import { BuildError } from './build/build-error.ts';
import { buildFunctions } from './build/functions.ts';
import { pageSources } from './build/page-sources.ts';
import { buildPages } from './build/pages.ts';
import { readExpected } from './build/read-expected.ts';

const root = resolve(import.meta.dirname, '..');

try {
  const { handlers, resources } = readExpected(root);
  const functions = await buildFunctions(root, handlers);
  print(functions.file, functions.bytes);
  for (const page of await buildPages(root, pageSources(root, resources))) {
    print(page.folder, page.bytes);
  }
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`${error.code} ${error.message}`);
  process.exitCode = 1;
}

function print(what: string, bytes: number): void {
  console.log(`${what.padEnd(28)} ${(bytes / 1000).toFixed(0).padStart(5)} kB`);
}
