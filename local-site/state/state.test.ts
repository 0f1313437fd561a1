import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { openState, StateError } from './index.ts';

describe('the state file', () => {
  let folder = '';
  let file = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-site-state-'));
    file = join(folder, 'state.sqlite');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has what was put last, in the order of first sight, after it was closed and opened', () => {
    const change = fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.option(fc.json()) });
    let run = 0;
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const kind = `kind ${(run += 1)}`;
        const model = new Map<string, string>();
        const state = openState(file);
        for (const { key, value } of changes) {
          if (value === null) {
            state.remove(kind, key);
            model.delete(key);
          } else {
            state.put(kind, key, value);
            model.set(key, value);
          }
        }
        state.close();
        const again = openState(file);
        expect([...again.read(kind, z.string())]).toEqual([...model]);
        again.close();
      }),
      { numRuns: 30 },
    );
  });

  it('is for its owner only, side files included, because it holds keys', async () => {
    const state = openState(file);
    state.put('key', 'one', 'secret');
    for (const name of [file, `${file}-wal`]) {
      expect((await stat(name)).mode & 0o777).toBe(0o600);
    }
    state.close();
  });

  it('says which record is damaged, and what to do', () => {
    const state = openState(file);
    state.put('site', 'main', { slug: 7 });
    const read = (): unknown => state.read('site', z.object({ slug: z.string() }));
    expect(codeOf(read)).toBe('state_damaged');
    expect(read).toThrow(/site main .* Delete the folder/);
    state.close();
  });

  it('refuses a file that is something else', async () => {
    await writeFile(file, 'hello, I am not a database, and long enough to be sure of it');
    expect(codeOf(() => openState(file))).toBe('state_unreadable');
  });
});

function codeOf(perform: () => unknown): string | undefined {
  try {
    perform();
    return undefined;
  } catch (error) {
    return error instanceof StateError ? error.code : String(error);
  }
}
