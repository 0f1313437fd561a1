import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Lock } from './missing-optional.ts';
import { complete, missingOptional } from './missing-optional.ts';

const lock: Lock = {
  name: 'x',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { version: '1.0.0' },
    'node_modules/a': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: {
        '@a/linux-x64-musl': '2.0.0',
        '@a/darwin-arm64': '2.0.0',
        b: '^1.0.0',
      },
    },
    'node_modules/a/node_modules/b': { version: '1.4.0' },
    'node_modules/@a/linux-x64-musl': { version: '2.0.0', optional: true },
    'node_modules/z': {
      version: '1.0.0',
      optionalDependencies: { '@z/win32-ia32': '3.0.0-beta.1' },
    },
  },
};

describe('missingOptional', () => {
  it('names what npm left out, with the platform from the name, and nothing that is locked', () => {
    expect(missingOptional(lock)).toEqual({
      'node_modules/@a/darwin-arm64': {
        version: '2.0.0',
        cpu: ['arm64'],
        os: ['darwin'],
        dev: true,
        optional: true,
      },
      'node_modules/@z/win32-ia32': {
        version: '3.0.0-beta.1',
        cpu: ['ia32'],
        os: ['win32'],
        optional: true,
      },
    });
  });

  it('finds nothing the second time', () => {
    const done = complete(lock, missingOptional(lock));
    expect(missingOptional(done)).toEqual({});
    expect(complete(done, {})).toEqual(done);
  });

  it('does not take a package nested elsewhere for its own', () => {
    const other: Lock = {
      lockfileVersion: 3,
      packages: {
        'node_modules/a/node_modules/b': { version: '1.0.0' },
        'node_modules/c': { optionalDependencies: { b: '1.0.0' } },
      },
    };
    expect(Object.keys(missingOptional(other))).toEqual(['node_modules/b']);
  });

  it('refuses to guess a version for a range', () => {
    const range: Lock = {
      lockfileVersion: 3,
      packages: { 'node_modules/c': { optionalDependencies: { b: '^1.0.0' } } },
    };
    expect(() => missingOptional(range)).toThrow(/node_modules\/c wants b@\^1\.0\.0/);
  });
});

describe('complete-lockfile.ts', () => {
  const script = resolve('scripts/complete-lockfile.ts');
  const run = (cwd: string, ...args: string[]) =>
    spawnSync(process.execPath, [script, ...args], { cwd, encoding: 'utf8' });

  it('fails with --check, completes the file, and then finds it complete', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lock-'));
    try {
      const file = join(folder, 'package-lock.json');
      writeFileSync(file, JSON.stringify(lock));
      const refused = run(folder, '--check');
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('lacks 2 platform packages');
      expect(readFileSync(file, 'utf8')).toBe(JSON.stringify(lock));

      expect(run(folder).status).toBe(0);
      expect(run(folder, '--check').status).toBe(0);
      const once = readFileSync(file, 'utf8');
      expect(run(folder).stdout).toContain('is complete');
      expect(readFileSync(file, 'utf8')).toBe(once);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("finds this project's lock file complete", () => {
    expect(run(process.cwd(), '--check')).toMatchObject({ status: 0 });
  });
});
