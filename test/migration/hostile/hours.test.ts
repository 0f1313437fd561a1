import { describe, expect, it } from '@jest/globals';
import { readFile, readdir } from 'node:fs/promises';
import { LAYER_ERRORS } from 'crossgrade';

const FOLDER = new URL('./', import.meta.url);
const PAGE = new URL('../../../docs/hostile-hours.md', import.meta.url);

interface Hour {
  readonly hour: string;
  readonly codes: readonly string[];
  readonly test: string;
}

async function hours(): Promise<readonly Hour[]> {
  const page = await readFile(PAGE, 'utf8');
  return page
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.endsWith('.test.ts |'))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const codes = [...(cells[3] ?? '').matchAll(/`([a-z_.]+)`/g)].map(([, code]) => code ?? '');
      return { hour: cells[1] ?? '', codes, test: cells[4] ?? '' };
    });
}

describe('the page of hostile hours', () => {
  it('names a code that exists for every hour, unless there is nothing to read', async () => {
    const named = await hours();
    expect(named.length).toBeGreaterThan(20);
    for (const { hour, codes } of named) {
      for (const code of codes)
        expect({ hour, code, known: code in LAYER_ERRORS }).toMatchObject({ known: true });
    }
    const silent = named.filter(({ codes }) => codes.length === 0).map(({ test }) => test);
    expect(silent).toEqual(['postgres-failover.test.ts', 'two-workers.test.ts']);
  });

  it('names every test of this folder, and only those', async () => {
    const named = new Set((await hours()).map(({ test }) => test));
    const files = (await readdir(FOLDER)).filter((name) => name !== 'hours.test.ts');
    expect([...named].sort()).toEqual(files.sort());
  });
});
