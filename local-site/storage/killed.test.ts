import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRandom, systemClock } from '../support/index.ts';
import { createForgeStore } from './index.ts';

const WRITER = join(import.meta.dirname, 'testing', 'killed-writer.ts');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lets the writer answer `writes` times, kills it in the middle of its work, and gives the last number it answered. */
async function killAfter(file: string, writes: number): Promise<number> {
  const writer = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => writer.once('close', resolve));
  let last = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    if (last === writes) writer.kill('SIGKILL');
  }
  await ended;
  expect(writer.signalCode).toBe('SIGKILL');
  return last;
}

describe('a store whose process was killed while it wrote', () => {
  it.each([1, 40, 300])(
    'holds everything that was answered, and each transaction whole, after %i writes',
    async (writes) => {
      const file = join(folder, `killed-${writes}.db`);
      const last = await killAfter(file, writes);
      expect(last).toBeGreaterThanOrEqual(writes);

      const store = createForgeStore({ file, clock: systemClock, random: seededRandom(2) });
      const items = [...store.inspect('killed')];
      store.close();
      const numbers = items
        .filter(({ key }) => key.length === 1)
        .map(({ value }) => (value as { n: number }).n);
      expect(numbers).toHaveLength(5);
      expect(new Set(numbers).size).toBe(1);
      expect(numbers[0]).toBeGreaterThanOrEqual(last);
      const log = items.filter(({ key }) => key.startsWith('log:')).map(({ value }) => value);
      expect(log.slice(0, last)).toEqual(Array.from({ length: last }, (_, at) => at + 1));
      expect(log.length).toBeLessThanOrEqual(Number(numbers[0]));
    },
  );
});
