import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './build-error.ts';
import type { PageSource } from './page-sources.ts';
import { runEsbuild } from './run-esbuild.ts';
import { withoutZodLocales } from './without-zod-locales.ts';

/** One built page. `bytes` is the size of its script. */
export interface BuiltPage {
  readonly folder: string;
  readonly bytes: number;
}

/**
 * Builds each page into its folder: `main.js`, `main.css` when it has styles, and `index.html` from the template of its
 * face. Nothing is shared between pages: Forge uploads each resource's folder by itself.
 *
 * @throws BuildError `DOES_NOT_COMPILE`, `PAGE_BROKEN`
 */
export async function buildPages(root: string, pages: readonly PageSource[]): Promise<BuiltPage[]> {
  const result = await runEsbuild({
    absWorkingDir: root,
    entryPoints: pages.map(({ entry, folder }) => ({ in: entry, out: `${folder}/main` })),
    outdir: '.',
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'dataurl' },
    legalComments: 'linked',
    plugins: [withoutZodLocales],
  });
  return pages.map((page) => {
    writePage(root, page);
    return {
      folder: page.folder,
      bytes: result.outputs[`${page.folder}/main.js`]?.bytes ?? 0,
    };
  });
}

function writePage(root: string, { face, folder, template }: PageSource): void {
  const html = readFileSync(join(root, template), 'utf8');
  for (const [, address = ''] of html.matchAll(/\s(?:src|href)="([^"]*)"/g)) {
    if (/^[a-z]+:|^\/|\{\{/i.test(address)) {
      if (face === 'forge') {
        throw new BuildError(
          'PAGE_BROKEN',
          `${template} refers to ${address}. A page of Forge may only use relative addresses.`,
        );
      }
    } else if (!existsSync(join(root, folder, address))) {
      throw new BuildError(
        'PAGE_BROKEN',
        `${template} refers to ${address}, which is not in ${folder}.`,
      );
    }
  }
  if (face === 'forge' && /<script(?![^>]*\ssrc=)|\son\w+=/i.test(html)) {
    throw new BuildError(
      'PAGE_BROKEN',
      `${template} has an inline script, which Forge's CSP blocks.`,
    );
  }
  // Pictures that manifest.yml names as icons of modules.
  const pictures = join(root, 'ui/static');
  if (face === 'forge' && existsSync(pictures)) {
    cpSync(pictures, join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, folder, 'index.html'), html);
}
