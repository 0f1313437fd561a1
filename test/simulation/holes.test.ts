import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HEAD_ENTITY } from '../../storage-migration/bucket/head.ts';
import type { Target } from '../../storage-migration/record/define-record.ts';
import { MUTANTS } from '../../storage-migration/spec/mutants.ts';
import { MISTAKES } from './mistakes.ts';

const ROOT = join(import.meta.dirname, '..', '..');

interface Entry {
  readonly name: string;
  readonly proofs: readonly string[];
}

/** What `docs/holes.md` lists, with the proofs under each. */
async function readEntries(): Promise<readonly Entry[]> {
  const entries: { name: string; proofs: string[] }[] = [];
  for (const line of (await readFile(join(ROOT, 'docs/holes.md'), 'utf8')).split('\n')) {
    const name = /^- \*\*(?<name>[^*]+)\*\*/.exec(line)?.groups?.['name'];
    if (name !== undefined && !/^(mutant|mistake|test)$/.test(name))
      entries.push({ name, proofs: [] });
    const proof = /^ {2}- (?<proof>.+)$/.exec(line)?.groups?.['proof'];
    if (proof !== undefined) entries.at(-1)?.proofs.push(proof);
  }
  return entries;
}

/** Undefined when the proof exists; otherwise what is missing. */
async function missing(proof: string): Promise<string | undefined> {
  const mutant = /^mutant (?<id>\S+)$/.exec(proof)?.groups?.['id'];
  if (mutant !== undefined) return MUTANTS.some(({ id }) => id === mutant) ? undefined : proof;
  const mistake = /^mistake "(?<name>.+)"$/.exec(proof)?.groups?.['name'];
  if (mistake !== undefined)
    return MISTAKES.some(({ name }) => name === mistake) ? undefined : proof;
  const test = /^test `(?<file>[^`]+)`: (?<name>.+)$/.exec(proof)?.groups;
  if (test === undefined) return `${proof} is no proof`;
  const source = await readFile(join(ROOT, test['file'] ?? ''), 'utf8').catch(() => '');
  const name = test['name'] ?? '';
  return [`'${name}'`, `"${name}"`, `\`${name}\``].some((text) => source.includes(text))
    ? undefined
    : proof;
}

describe('the page of holes', () => {
  it('names every hole of the protocol once, each with a proof', async () => {
    const entries = await readEntries();
    const holes = entries.map(({ name }) => name).filter((name) => /^H\d+$/.test(name));
    expect(holes).toEqual(Array.from({ length: 22 }, (_, index) => `H${index + 1}`));
    expect(entries.filter(({ proofs }) => proofs.length === 0)).toEqual([]);
  });

  it('names no mutant, no mistake and no test that does not exist', async () => {
    const proofs = (await readEntries()).flatMap((entry) => entry.proofs);
    const absent = await Promise.all(proofs.map(missing));
    expect(absent.filter((one) => one !== undefined)).toEqual([]);
    expect(proofs.length).toBeGreaterThan(50);
  });
});

describe('what the page says of this layer', () => {
  it('the heads’ entity has a name that both documented patterns take', async () => {
    expect(HEAD_ENTITY).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(await readFile(join(ROOT, 'manifest.yml'), 'utf8')).toContain(`name: ${HEAD_ENTITY}`);
  });

  it('no record can be given a target in Forge SQL', () => {
    // @ts-expect-error There are two kinds of target, and Forge SQL is neither.
    const sql: Target['kind'] = 'sql';
    expect(sql).toBe('sql');
  });
});
