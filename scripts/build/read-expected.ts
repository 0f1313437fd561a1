import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parse } from 'yaml';

const manifestSchema = z.looseObject({
  modules: z.looseObject({
    function: z.array(z.looseObject({ key: z.string(), handler: z.string() })).default([]),
  }),
  resources: z.array(z.looseObject({ path: z.string() })).default([]),
});

/** What the manifest expects from the build. */
export interface Expected {
  /** Handlers such as `index.upgrade`. */
  readonly handlers: readonly string[];
  /** Folders such as `dist/ui/forge/upgrade`. */
  readonly resources: readonly string[];
}

/** Reads both out of manifest.yml in `root`. */
export function readExpected(root: string): Expected {
  const manifest = manifestSchema.parse(parse(readFileSync(join(root, 'manifest.yml'), 'utf8')));
  return {
    handlers: manifest.modules.function.map(({ handler }) => handler),
    resources: manifest.resources.map(({ path }) => path),
  };
}
