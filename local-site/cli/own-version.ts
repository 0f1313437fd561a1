import { readFileSync } from 'node:fs';
import { z } from 'zod';

const described = z.object({ name: z.string(), version: z.string() });

/** Version of this package, from the package.json above this file; sources and the published form lie at the same depth. */
export function ownVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return described.parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}
