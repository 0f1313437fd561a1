import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { readApp } from '../../local-site/app/read-app.ts';
import { permissionChanges } from '../../local-site/platform/versions/changes.ts';
import { buildWhenMissing, ourManifest } from './validate-copies.ts';

let folder: string;
beforeAll(() => {
  buildWhenMissing();
  folder = mkdtempSync(join(tmpdir(), 'without-panel-'));
  for (const part of ['src', 'dist']) symlinkSync(resolve(part), join(folder, part));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('adds the panel on Forge as a minor version: no admin has to agree to anything', async () => {
  const manifest = parse(ourManifest()) as {
    modules: Record<string, { key: string }[]>;
    resources: { key: string }[];
  };
  delete manifest.modules['jira:issuePanel'];
  manifest.modules['function'] = manifest.modules['function']!.filter(
    ({ key }) => key !== 'checklists-resolver',
  );
  manifest.resources = manifest.resources.filter(({ key }) => key !== 'checklists');
  writeFileSync(join(folder, 'manifest.yml'), stringify(manifest));
  expect(readFileSync(join(folder, 'manifest.yml'), 'utf8')).not.toContain('checklists-resolver');

  const variables = { CONNECT_KEY: 'com.example.tally', REMOTE_BASE_URL: 'https://example.com' };
  const facts = { version: '2.0.0', environmentId: 'e' };
  const before = await readApp(folder, variables, facts);
  const now = await readApp('.', variables, facts);
  expect(now.uiModules.map(({ key }) => key)).toContain('checklists');
  expect(permissionChanges(before, now)).toEqual([]);
});
