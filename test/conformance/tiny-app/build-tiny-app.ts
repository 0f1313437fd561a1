import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Builds the tiny app into `appDir` as a vendor's build leaves it: manifest, `src/index.js`, static files. */
export async function buildTinyApp(appDir: string): Promise<void> {
  await mkdir(appDir, { recursive: true });
  await cp(join(HERE, 'manifest.yml'), join(appDir, 'manifest.yml'));
  await cp(join(HERE, 'static'), join(appDir, 'static'), { recursive: true });
  await build({
    entryPoints: [join(HERE, 'source/index.ts')],
    outfile: join(appDir, 'src/index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    logLevel: 'error',
  });
}
