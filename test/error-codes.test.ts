import { describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';

const ROOT = new URL('../', import.meta.url);
const ROOMS = [
  ...['checklist', 'forge-src', 'operator', 'remote-server', 'storage-migration', 'ui'],
] as const;

/** Where a code is written down: thrown, compared with, or told of a plan. */
const WRITTEN = [
  /\bnew (?:Layer|Remote|Function|Host)Error\(\s*'([a-z_.]+)'/g,
  /\bcode(?::| =) '([a-z_.]+)'/g,
  /\brefuse\(\s*'([a-z_.]+)'/g,
];
/** Of the schema library. */
const FOREIGN = new Set(['custom']);

async function sourcesOf(room: string): Promise<string[]> {
  const names = await readdir(new URL(`${room}/`, ROOT), { recursive: true });
  return names
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .filter((name) => !/(^|\/)(node_modules|testing|simulation|spec)\//.test(name))
    .map((name) => `${room}/${name}`);
}

describe('the page of error codes', () => {
  it.each(ROOMS)('knows every code that %s writes down', async (room) => {
    const page = await readFile(new URL('docs/errors.md', ROOT), 'utf8');
    // Cells of its tables: a code alone, or several behind a status.
    const cells = page.matchAll(/^\| (?:\d{3} \| )?`?([a-z_., ]+?)`? +\|/gm);
    const known = new Set([...cells].flatMap(([, codes = '']) => codes.split(', ')));
    const missing: string[] = [];
    let found = 0;
    for (const file of await sourcesOf(room)) {
      const text = await readFile(new URL(file, ROOT), 'utf8');
      for (const pattern of WRITTEN) {
        for (const [, code = ''] of text.matchAll(pattern)) {
          if (FOREIGN.has(code)) continue;
          found += 1;
          if (!known.has(code)) missing.push(`${file}: ${code}`);
        }
      }
    }
    expect(missing).toEqual([]);
    expect(found).toBeGreaterThan(0);
  });
});
