import type { ForgeApp } from '../app/index.ts';

/**
 * Whether a function may fetch `url`: its origin matches an entry of `permissions.external.fetch.backend`. An entry may
 * leave out the scheme (https is meant), begin with `*.` and name any path, which is not compared.
 */
export function mayFetch(app: ForgeApp, url: URL): boolean {
  return app.egress.some((entry) => matches(entry, url));
}

function matches(entry: string, url: URL): boolean {
  if (entry === '*') return true;
  const scheme = /^([a-z]+):\/\//.exec(entry)?.[1] ?? 'https';
  const host = entry.replace(/^[a-z]+:\/\//, '').split('/')[0] ?? '';
  if (`${scheme}:` !== url.protocol) return false;
  if (host.startsWith('*.')) return url.host.endsWith(host.slice(1));
  return host === url.host;
}
