import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { LAYER_ERRORS } from './errors.ts';

describe('the page of error codes', () => {
  it('lists every code of the layer with its next step, and no other', async () => {
    const page = await readFile(new URL('../docs/errors.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| `([a-z_.]+)` +\| (.+?) *\|$/gm)].map(([, code, next]) => [
      code,
      next,
    ]);
    expect(Object.fromEntries(listed)).toEqual(LAYER_ERRORS);
  });
});
