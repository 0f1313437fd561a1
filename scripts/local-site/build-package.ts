import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = join(ROOT, 'local-site');
const ENTRIES = ['index.ts', 'storage/index.ts', 'cli.ts'];
/** Scripts that the browser gets as text; they are served from their sources, so that lines stay. */
const SERVED = ['browser/client/**/*.ts', 'browser/frame/*.ts', 'control/client/**/*.ts'];
/** What the code reads or runs by its place on disk. */
const FILES = ['**/*.cjs', '**/*.mjs', '**/*.css', '**/*.svg', '**/*.html'];
const WORKSPACE_ONLY = new Set(['private', 'devDependencies', 'scripts']);
const RELATIVE_IMPORT = /((?:from |import\()'\.{1,2}\/[^']+)\.ts(?=')/g;
const IS_NOT_SHIPPED = /(^|\/)(node_modules|fixture|testing)\/|\.test\.ts$/;

/** The package cannot be built. */
export class PackageError extends Error {
  readonly code = 'package_incomplete';
}

/**
 * Makes the published form of `crossgrade-local-site` in `out`, which is emptied first: JavaScript and types in place of
 * TypeScript, because Node strips no types below node_modules. In this repository the sources are used. Does not check types.
 *
 * @throws PackageError when the code names a file by its place that would not be there.
 */
export function buildPackage(out: string): void {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  compile(out);
  const copied = new Set(shipped([...FILES, ...SERVED]));
  for (const file of copied) {
    mkdirSync(dirname(join(out, file)), { recursive: true });
    cpSync(join(SOURCE, file), join(out, file));
  }
  checkPlaces(copied);
  for (const file of ['LICENSE', 'NOTICE']) cpSync(join(ROOT, file), join(out, file));
  cpSync(join(SOURCE, 'README.md'), join(out, 'README.md'));
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
}

function compile(outDir: string): void {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  ) as {
    config: { compilerOptions: Record<string, unknown> };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, ...{ noEmit: false, declaration: true, outDir, rootDir: SOURCE } },
    ROOT,
  );
  const program = ts.createProgram(
    ENTRIES.map((entry) => join(SOURCE, entry)),
    options,
  );
  program.emit(undefined, (file, text) => {
    mkdirSync(dirname(file), { recursive: true });
    // The compiler rewrites imports in JavaScript only.
    writeFileSync(file, file.endsWith('.d.ts') ? text.replace(RELATIVE_IMPORT, '$1.js') : text);
  });
}

function shipped(patterns: readonly string[]): readonly string[] {
  return globSync([...patterns], { cwd: SOURCE }).filter((file) => !IS_NOT_SHIPPED.test(file));
}

/** Every `new URL('x', import.meta.url)` must find its file in the published form too. */
function checkPlaces(copied: ReadonlySet<string>): void {
  for (const file of shipped(['**/*.ts'])) {
    const text = readFileSync(join(SOURCE, file), 'utf8');
    for (const [, place = ''] of text.matchAll(
      /new URL\(\s*'([^'?]+\.\w+)',\s*import\.meta\.url/g,
    )) {
      const wanted = join(dirname(file), place);
      if (wanted.endsWith('package.json') || copied.has(wanted)) continue;
      throw new PackageError(`${file} reads ${place}, which the published form does not have.`);
    }
  }
}

/** The workspace's own manifest with other doors. It is private there, so that nobody publishes sources by mistake. */
function publishedManifest(): object {
  const manifest = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync(join(SOURCE, 'package.json'), 'utf8')));
  const kept = Object.entries(manifest).filter(([name]) => !WORKSPACE_ONLY.has(name));
  const entry = (path: string) => ({ types: `./${path}.d.ts`, default: `./${path}.js` });
  return {
    ...Object.fromEntries(kept),
    bin: { 'crossgrade-local-site': './cli.js' },
    exports: { '.': entry('index'), './storage': entry('storage/index') },
  };
}
