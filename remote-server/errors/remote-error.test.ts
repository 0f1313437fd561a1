import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { STATUS } from './remote-error.ts';

describe('the page of error codes', () => {
  it("lists every code of the remote's API under its status, and no other", async () => {
    const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| (\d{3}) \| ([a-z_, ]+) \|$/gm)].flatMap(
      ([, status, codes]) => (codes ?? '').split(', ').map((code) => [code, Number(status)]),
    );
    expect(Object.fromEntries(listed)).toEqual(STATUS);
  });
});
