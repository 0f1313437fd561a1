import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const HELPER = fileURLToPath(new URL('shift-date.cjs', import.meta.url));

/** Runs `code` in a process of its own, with `date` from the helper, and gives what it prints as JSON. */
async function run(code: string): Promise<unknown> {
  const script = `
    const { shiftDate } = require(${JSON.stringify(HELPER)});
    const date = shiftDate();
    console.log(JSON.stringify((() => { ${code} })()));`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return JSON.parse(text);
}

describe('a shifted Date', () => {
  it('tells the time that it was given, in every way in which Date tells it', async () => {
    expect(
      await run(`
        date.set({ now: 5_000, machineNow: 0, speed: 0 });
        return [Date.now(), new Date().getTime(), new Date().toISOString(), Date().includes('1970')];`),
    ).toEqual([5_000, 5_000, '1970-01-01T00:00:05.000Z', true]);
  });

  it('goes on from there at the speed that it was given', async () => {
    const [ahead, again] = (await run(`
      const before = new Date().getTime();
      date.set({ now: before + 3_600_000, machineNow: before, speed: 1 });
      const ahead = Date.now() - before;
      date.set(undefined);
      return [ahead, Date.now() - before];`)) as [number, number];
    expect(ahead).toBeGreaterThanOrEqual(3_600_000);
    expect(ahead).toBeLessThan(3_660_000);
    expect(again).toBeLessThan(60_000);
  });

  it('changes nothing else about Date', async () => {
    expect(
      await run(`
        date.set({ now: 0, machineNow: 0, speed: 0 });
        class Day extends Date {}
        const given = new Date('2026-11-22T00:00:00Z');
        return [
          given.getTime(), Date.UTC(2026, 10, 22), Date.parse('2026-11-22'), new Date(7).getTime(),
          given instanceof Date, given.constructor === Date, new Day() instanceof Date, new Day() instanceof Day,
          new Day().getTime(), Object.prototype.toString.call(given), Date.name, Date.length,
        ];`),
    ).toEqual([
      ...[1_795_305_600_000, 1_795_305_600_000, 1_795_305_600_000, 7],
      ...[true, true, true, true],
      ...[0, '[object Date]', 'Date', 7],
    ]);
  });
});
