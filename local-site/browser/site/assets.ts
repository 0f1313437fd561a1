import { readFileSync } from 'node:fs';
import { allJs } from './all-js.ts';
import { connectFile, connectSheet, jquery } from './host-files.ts';
import { scriptSource } from './script-source.ts';

export interface Asset {
  readonly type: string;
  readonly text: string;
}

const SCRIPT = 'text/javascript;charset=UTF-8';
const SHEET = 'text/css;charset=UTF-8';
const CLIENT_FILE = /^client\/(?:[a-z-]+\/)?[a-z-]+\.ts$/;

/** Connect's host library expects jQuery and `AJS` as globals. */
const GLOBALS = 'window.AJS = { $: window.jQuery };';

/** Static files of the site server, by path; each is made once. */
export function createAssets(siteUrl: string): (path: string) => Asset | undefined {
  const kept = new Map<string, Asset>();
  return (path) => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    const made = assetOf(path, siteUrl);
    if (made !== undefined) kept.set(path, made);
    return made;
  };
}

function assetOf(path: string, siteUrl: string): Asset | undefined {
  if (path.startsWith('/connect/')) return connectAsset(path.slice('/connect/'.length), siteUrl);
  const local = path.slice('/_local/'.length);
  switch (local) {
    case 'vendor/jquery.js':
      return { type: SCRIPT, text: jquery() };
    case 'vendor/globals.js':
      return { type: SCRIPT, text: GLOBALS };
    case 'vendor/connect-host.js':
      return { type: SCRIPT, text: connectFile('connect-host.js') };
    case 'styles/site.css':
    case 'styles/places.css':
      return {
        type: SHEET,
        text: readFileSync(new URL(`../${local}`, import.meta.url), 'utf8'),
      };
    default:
      return CLIENT_FILE.test(local) ? clientFile(local) : undefined;
  }
}

function connectAsset(path: string, siteUrl: string): Asset | undefined {
  if (path === 'all.js' || path === 'all-debug.js') return { type: SCRIPT, text: allJs(siteUrl) };
  const sheet = connectSheet(path);
  return sheet === undefined ? undefined : { type: SHEET, text: sheet };
}

function clientFile(path: string): Asset | undefined {
  try {
    return { type: SCRIPT, text: scriptSource(path) };
  } catch {
    return undefined;
  }
}
