import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const PARENT = fileURLToPath(new URL('testing/blocked-parent.ts', import.meta.url));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('a function that blocks ends when the platform is killed', async () => {
  const parent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PARENT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [first] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(first.toString());
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  for (let tried = 0; isAlive(pid) && tried < 500; tried += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(isAlive(pid)).toBe(false);
});
