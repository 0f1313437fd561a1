import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BRIDGE_OPERATIONS } from './bridge-operations.ts';

const PACKAGES = join(import.meta.dirname, '../../node_modules');

/** Every first argument of `callBridge(…)` in a package's built files. */
function operationsOf(name: string): string[] {
  // Read as files: the Jira bridge has no `main`, and the bridge does not export its package.json.
  const out = join(PACKAGES, name, 'out');
  const names = new Set<string>();
  for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue;
    const code = readFileSync(join(out, file), 'utf8');
    for (const [, found = ''] of code.matchAll(/callBridge\)?\('([A-Za-z_]+)'/g)) names.add(found);
  }
  return [...names].toSorted();
}

describe('the list of bridge operations', () => {
  it.each(['@forge/bridge', '@forge/jira-bridge'])('knows all that %s speaks', (name) => {
    const listed = BRIDGE_OPERATIONS.filter(({ source }) => source === name);
    expect(listed.map((each) => each.name).toSorted()).toEqual(operationsOf(name));
  });

  it('has every name once, and says why something is not modelled', () => {
    const names = BRIDGE_OPERATIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { modelled, note } of BRIDGE_OPERATIONS)
      expect(modelled || note !== undefined).toBe(true);
  });
});
