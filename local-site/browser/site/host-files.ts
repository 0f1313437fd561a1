import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const connectDist = join(dirname(require.resolve('atlassian-connect-js/package.json')), 'dist');
const jqueryDist = join(dirname(require.resolve('jquery/package.json')), 'dist');
const THEME = /^atlaskit-tokens_[a-z0-9-]+\.css$/;
const SHEETS = new Set(['surfaces.css', 'legacy-text-colors.css', 'connect-host.css']);

/** A file of Atlassian's host library, as it was published. */
export function connectFile(name: 'connect-host.js' | 'iframe.js'): string {
  return readFileSync(join(connectDist, name), 'utf8');
}

export function jquery(): string {
  return readFileSync(join(jqueryDist, 'jquery.min.js'), 'utf8');
}

/** A style sheet that `all.js` fetches from the same place as itself, or undefined. `path` is below `/connect/`. */
export function connectSheet(path: string): string | undefined {
  const theme = path.startsWith('themes/') ? path.slice('themes/'.length) : undefined;
  if (theme === undefined) {
    return SHEETS.has(path) ? readFileSync(join(connectDist, path), 'utf8') : undefined;
  }
  if (!THEME.test(theme)) return undefined;
  try {
    return readFileSync(join(connectDist, 'themes', theme), 'utf8');
  } catch {
    return undefined;
  }
}
