import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';

/** One installed copy of a `@forge` package. */
export interface ForgePackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

const described = z.object({ name: z.string(), version: z.string() });

/** Every installed `@forge` package below `root`, copies inside other `@forge` packages included. */
export function forgePackages(root: string): readonly ForgePackage[] {
  const scope = join(root, 'node_modules', '@forge');
  return entries(scope).flatMap((entry) => {
    const folder = join(scope, entry.name);
    if (!statSync(folder).isDirectory()) return [];
    const { name, version } = described.parse(
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    );
    return [{ name, version, folder }, ...forgePackages(folder)];
  });
}

/** The JavaScript that a package ships, without its tests, by its path inside the package. */
export function* shippedFiles({ folder }: ForgePackage): Generator<[string, string]> {
  const walk = function* (place: string): Generator<[string, string]> {
    for (const entry of entries(place)) {
      const path = join(place, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== '__test__') yield* walk(path);
      } else if (/\.[cm]?js$/.test(entry.name) && !/\.(test|spec)\./.test(entry.name)) {
        yield [relative(folder, path), readFileSync(path, 'utf8')];
      }
    }
  };
  yield* walk(folder);
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
