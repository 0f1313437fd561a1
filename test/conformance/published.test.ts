import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { buildPackage } from '../../scripts/local-site/build-package.ts';
import { buildTinyApp } from './tiny-app/build-tiny-app.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const readySchema = z.object({
  ready: z.literal(true),
  urls: z.object({ site: z.string(), platform: z.string(), customUi: z.string() }),
  env: z.record(z.string(), z.string()),
  sites: z.array(z.object({ slug: z.string(), url: z.string(), generation: z.string() })),
});

/** What an outsider gets: packed, unpacked beside its dependencies, nothing of this repository in reach. */
describe('the published crossgrade-local-site', () => {
  let folder: string;
  let installed: string;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'published-'));
    installed = join(folder, 'node_modules/crossgrade-local-site');
    const built = join(folder, 'built');
    buildPackage(built);
    execFileSync('npm', ['pack', built, '--pack-destination', folder, '--silent'], { cwd: folder });
    mkdirSync(installed, { recursive: true });
    const tarball = join(folder, 'crossgrade-local-site-0.1.0.tgz');
    execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
    for (const name of dependencies()) link(name);
    await buildTinyApp(join(folder, 'app'));
  }, 180_000);
  afterAll(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const dependencies = (): readonly string[] => {
    const manifest = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')));
    return Object.keys(manifest.dependencies);
  };
  const link = (name: string): void => {
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), place);
  };
  const bin = (): string => {
    const manifest = z
      .object({ bin: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')));
    return join(installed, manifest.bin['crossgrade-local-site'] ?? '');
  };

  it('runs a hybrid app by one command and shows its page', async () => {
    const args = ['--app', 'app', '--port', '0', '--install', '--json'];
    const started = spawn(process.execPath, [bin(), ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let complaints = '';
    started.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done === true) throw new Error(`It ended before it was ready: ${complaints}`);
    const ready = readySchema.parse(JSON.parse(first.value));
    expect(ready.sites).toMatchObject([{ slug: 'main', generation: 'hybrid' }]);

    const home = await fetch(ready.urls.site);
    expect(home.status).toBe(200);
    expect(await home.text()).toContain('Tiny Forge page');
    const script = await fetch(`${ready.urls.site}/_local/client/page.ts`);
    expect(script.status).toBe(200);
    await fetch(`${ready.urls.platform}/not/modelled`);

    const ended = once(started, 'exit');
    started.kill('SIGTERM');
    const last = await lines.next();
    expect(JSON.parse(last.value!)).toEqual({
      ready: false,
      unmodelled: [{ room: 'api.atlassian.com', what: 'GET /not/modelled', count: 1 }],
    });
    expect(await ended).toEqual([0, null]);
  }, 120_000);

  it('refuses what it can not do with a code, and exit code 2', () => {
    const attempt = (...args: string[]) => {
      try {
        execFileSync(process.execPath, [bin(), ...args], { cwd: folder, stdio: 'pipe' });
        return undefined;
      } catch (error) {
        const { status, stderr } = error as { status: number; stderr: Buffer };
        return { status, stderr: stderr.toString() };
      }
    };
    const refused = attempt('--app', 'nothing');
    expect(refused).toMatchObject({ status: 2 });
    expect(refused?.stderr).toMatch(/^app_missing: There is no manifest\.yml/);
    expect(attempt('--version')).toBeUndefined();
  });

  it('has types for an importing test of the vendor', () => {
    const file = join(folder, 'vendor.test.mts');
    writeFileSync(
      file,
      `import { createFakeClock, startLocalSite, type LocalSite } from 'crossgrade-local-site';
export const local: LocalSite = await startLocalSite({ clock: createFakeClock() });
// @ts-expect-error: a port is a number, so these types are not "any".
await startLocalSite({ ports: { site: 'x' } });
`,
    );
    const options = '--noEmit --strict --module nodenext --target es2023 --skipLibCheck';
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
    execFileSync(process.execPath, [tsc, ...options.split(' '), ...types, file], { cwd: folder });
  }, 60_000);
});
