import type { BuildOptions } from 'esbuild';
import { BuildError } from './build-error.ts';
import { runEsbuild } from './run-esbuild.ts';

/** Where handlers are looked up: by Forge's bundler, by its manifest check, and by the local site. */
const FILE = 'src/index.js';

/** What Node can do and the Babel of Forge's bundler (CLI 13.3.0) refuses to read: "Class private methods are not enabled". */
const NOT_IN_FORGE: NonNullable<BuildOptions['supported']> = {
  'class-private-method': false,
  'class-private-accessor': false,
  'class-private-static-method': false,
  'class-private-static-accessor': false,
};

/** What the build of the functions made. */
export interface BuiltFunctions {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Builds `forge-src/` into `src/index.js`. Forge reads handlers from `src/` only and refuses `.ts` suffixes, so the folder is
 * made, not written.
 *
 * One CommonJS file for Node 24. Our own code goes in, workspaces included, because nobody else can read their TypeScript.
 * `@forge/*` and zod stay outside: Forge's bundler takes them from node_modules in a second step, and so does Node when the
 * file is required from the root of the repository, whose package.json has no "type". Not minified: a stack trace in the
 * developer console should name our functions.
 *
 * @param handlers handlers of the manifest, which must all be there
 * @throws BuildError `DOES_NOT_COMPILE`, `HANDLER_NOT_EXPORTED`
 */
export async function buildFunctions(
  root: string,
  handlers: readonly string[],
): Promise<BuiltFunctions> {
  const options: BuildOptions = {
    absWorkingDir: root,
    entryPoints: ['forge-src/index.ts'],
    bundle: true,
    platform: 'node',
    target: 'node24',
    supported: NOT_IN_FORGE,
    external: ['@forge/*', 'zod'],
  };
  // esbuild lists the exports of ES output only; this one is never written.
  const listing = await runEsbuild({
    ...options,
    outfile: 'index.mjs',
    format: 'esm',
    write: false,
  });
  const names = Object.values(listing.outputs).flatMap((output) => output.exports);
  const lost = handlers.filter((handler) => !names.some((name) => handler === `index.${name}`));
  if (lost.length > 0) {
    throw new BuildError(
      'HANDLER_NOT_EXPORTED',
      `manifest.yml names ${lost.join(', ')}; forge-src/index.ts exports ${names.join(', ')}.`,
    );
  }
  const result = await runEsbuild({ ...options, outfile: FILE, format: 'cjs' });
  return { file: FILE, bytes: result.outputs[FILE]?.bytes ?? 0 };
}
