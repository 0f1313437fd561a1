import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

interface ControlAsset {
  readonly type: string;
  readonly text: string;
}

const kept = new Map<string, ControlAsset>();

/** The page's own script and style sheet, by name. */
export function assetOf(name: string): ControlAsset | undefined {
  const known = kept.get(name) ?? made(name);
  if (known !== undefined) kept.set(name, known);
  return known;
}

function made(name: string): ControlAsset | undefined {
  if (name === 'control.css') {
    return { type: 'text/css;charset=UTF-8', text: read('styles/control.css') };
  }
  if (name === 'control.js') {
    const text = stripTypeScriptTypes(read('client/control.ts'), { mode: 'strip' });
    return { type: 'text/javascript;charset=UTF-8', text };
  }
  return undefined;
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
