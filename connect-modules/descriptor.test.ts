import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const here = import.meta.dirname;

const descriptorSchema = z.object({
  key: z.string(),
  name: z.string(),
  baseUrl: z.string(),
  authentication: z.object({ type: z.string() }),
  lifecycle: z.record(z.string(), z.string()),
  scopes: z.array(z.string()),
  apiMigrations: z.record(z.string(), z.boolean()),
  modules: z.record(z.string(), z.array(z.record(z.string(), z.json()))),
});
const fragmentSchema = z.strictObject({
  type: z.string(),
  module: z.record(z.string(), z.json()),
});

async function json(path: string): Promise<unknown> {
  return JSON.parse(await readFile(`${here}/${path}`, 'utf8')) as unknown;
}

async function folders(): Promise<string[]> {
  const entries = await readdir(here, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

describe('the frozen descriptor', () => {
  it('holds exactly the modules of the folders beside it', async () => {
    const { modules } = descriptorSchema.parse(await json('atlassian-connect.json'));
    const published = Object.entries(modules).flatMap(([type, list]) =>
      list.map((module) => ({ type, module })),
    );
    const fragments = await Promise.all(
      (await folders()).map(async (name) =>
        fragmentSchema.parse(await json(`${name}/module.json`)),
      ),
    );
    const byKey = (a: (typeof published)[number], b: (typeof published)[number]): number =>
      JSON.stringify(a.module['key']).localeCompare(JSON.stringify(b.module['key']));
    expect(fragments.sort(byKey)).toEqual(published.sort(byKey));
  });

  it('gives every module a key of its own, because the Forge manifest must name each', async () => {
    const { modules } = descriptorSchema.parse(await json('atlassian-connect.json'));
    const keys = Object.values(modules).flatMap((list) => list.map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  it('asks for signed install, context tokens, and no more than reading and writing', async () => {
    const descriptor = descriptorSchema.parse(await json('atlassian-connect.json'));
    expect(descriptor.key).toBe('com.example.tally');
    expect(descriptor.baseUrl).toBe('{{localBaseUrl}}');
    expect(descriptor.authentication.type).toBe('jwt');
    expect(descriptor.scopes).toEqual(['READ', 'WRITE']);
    expect(descriptor.apiMigrations).toEqual({
      'signed-install': true,
      'context-qsh': true,
      gdpr: true,
    });
    expect(Object.keys(descriptor.lifecycle).sort()).toEqual([
      'disabled',
      'enabled',
      'installed',
      'uninstalled',
    ]);
  });
});
