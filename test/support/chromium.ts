import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const run = promisify(execFile);
const DEBIAN = '/usr/bin/chromium';
/** Where the npm package is unpacked, once per machine; the name carries its version. */
const UNPACKED = join(tmpdir(), 'crossgrade-chromium-147');

/**
 * Starts a headless Chromium: the one named by `CHROMIUM`, else Debian's, else the one inside the npm package
 * `@sparticuz/chromium`, so that nothing but npm is needed. Web security stays on, unlike in that package's own flags.
 */
export async function launchChromium(): Promise<Browser> {
  const own = process.env['CHROMIUM'] ?? (existsSync(DEBIAN) ? DEBIAN : undefined);
  const executablePath = own ?? join(await unpacked(), 'chromium');
  const environment = own === undefined ? await libraryEnvironment(executablePath) : {};
  return chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox'],
    env: { ...(process.env as Record<string, string>), ...environment },
  });
}

/**
 * The folder with the unpacked browser. It is unpacked by a child process into a folder of its own and then moved into
 * place, because two test files may want it at the same time and the package itself would run a half-written file.
 */
async function unpacked(): Promise<string> {
  if (existsSync(UNPACKED)) return UNPACKED;
  const staging = await mkdtemp(join(tmpdir(), 'crossgrade-chromium-'));
  const script = `import('@sparticuz/chromium').then((module) => module.default.executablePath())`;
  await run(process.execPath, ['-e', script], {
    cwd: import.meta.dirname,
    // In this environment the package also unpacks the shared libraries that a bare machine lacks.
    env: { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  try {
    await rename(staging, UNPACKED);
  } catch (error) {
    // Somebody else was first; theirs is as good.
    if (!existsSync(join(UNPACKED, 'chromium'))) throw error;
    await rm(staging, { recursive: true, force: true });
  }
  return UNPACKED;
}

/** Lets the browser find the package's own libraries and fonts where the machine has none. */
async function libraryEnvironment(executablePath: string): Promise<Record<string, string>> {
  const { stdout } = await run('ldd', [executablePath]).catch(() => ({ stdout: 'not found' }));
  return {
    ...(stdout.includes('not found') ? { LD_LIBRARY_PATH: join(UNPACKED, 'al2023', 'lib') } : {}),
    ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(UNPACKED, 'fonts') }),
  };
}
