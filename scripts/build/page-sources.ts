import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './build-error.ts';

/** One page to build. Paths are relative to the repository's folder. */
export interface PageSource {
  readonly face: 'connect' | 'forge';
  /** Folder of the Connect module, or path of the Forge resource. */
  readonly name: string;
  readonly entry: string;
  readonly template: string;
  readonly folder: string;
}

/**
 * The pages of both faces: each `connect-modules/<module>/page.tsx`, and each resource of the manifest below
 * `dist/ui/forge/`, whose entry is `ui/entries/forge-<name>.tsx`. Both use the template of their face.
 *
 * @param resources paths of the manifest's resources
 * @throws BuildError `SOURCE_MISSING`
 */
export function pageSources(root: string, resources: readonly string[]): PageSource[] {
  const connect = readdirSync(join(root, 'connect-modules'), { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map(({ name }) => page('connect', name, `connect-modules/${name}/page.tsx`))
    .filter(({ entry }) => existsSync(join(root, entry)));
  const forge = resources.map((path) => {
    const name = /^dist\/ui\/forge\/([\w-]+)$/.exec(path)?.[1];
    if (name === undefined) {
      throw new BuildError(
        'SOURCE_MISSING',
        `No source is known for the resource ${path} of manifest.yml. Put it below dist/ui/forge/.`,
      );
    }
    return page('forge', name, `ui/entries/forge-${name}.tsx`);
  });
  const pages = [...connect, ...forge];
  for (const file of pages.flatMap(({ entry, template }) => [entry, template])) {
    if (!existsSync(join(root, file))) {
      throw new BuildError('SOURCE_MISSING', `${file} is missing.`);
    }
  }
  return pages;
}

function page(face: PageSource['face'], name: string, entry: string): PageSource {
  return {
    face,
    name,
    entry,
    template: `ui/templates/${face}.html`,
    folder: `dist/ui/${face}/${name}`,
  };
}
