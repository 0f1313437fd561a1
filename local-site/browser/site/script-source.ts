import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/**
 * The JavaScript of one of our own browser scripts: the file with its types blanked out, so that lines and columns stay.
 * `relativePath` is below `browser/` and must be trusted.
 */
export function scriptSource(relativePath: string): string {
  const file = new URL(`../${relativePath}`, import.meta.url);
  return stripTypeScriptTypes(readFileSync(file, 'utf8'), { mode: 'strip' });
}
