import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));

export interface BuiltWorkbench {
  readonly appDir: string;
  remove(): Promise<void>;
}

/** Bundles functions and page beside a copy of the manifest, as a real build leaves an app. */
export async function buildWorkbench(): Promise<BuiltWorkbench> {
  const appDir = await mkdtemp(join(tmpdir(), 'local-site-workbench-'));
  await copyFile(join(HERE, 'manifest.yml'), join(appDir, 'manifest.yml'));
  await build({
    entryPoints: [join(HERE, 'source/functions.ts')],
    outfile: join(appDir, 'src/index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  await build({
    entryPoints: [join(HERE, 'source/page.ts')],
    outfile: join(appDir, 'static/page.js'),
    bundle: true,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  for (const name of ['index.html', 'page.css']) {
    await copyFile(join(HERE, 'source', name), join(appDir, 'static', name));
  }
  return { appDir, remove: () => rm(appDir, { recursive: true, force: true }) };
}
