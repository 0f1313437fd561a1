import type { Finding } from './manifest-file.ts';
import { egressList, isRegion } from './manifest-schema.ts';
import type { Manifest } from './manifest-schema.ts';

/** Remotes: an address each, a word about end-user data where they store, the same regions everywhere. */
export function checkRemotes(manifest: Manifest): Finding[] {
  const findings: Finding[] = [];
  for (const [index, remote] of (manifest.remotes ?? []).entries()) {
    const path = ['remotes', index];
    if (remote.baseUrl === undefined && remote.configurable === undefined) {
      const message = `The remote '${remote.key}' needs a baseUrl, unless customers configure it.`;
      findings.push({ path, message });
    }
    const stores = remote.operations?.includes('storage') === true;
    if (stores && remote.storage?.inScopeEUD === undefined) {
      const message = `The remote '${remote.key}' stores, so it needs storage.inScopeEUD.`;
      findings.push({ path, message });
    }
  }
  return [...findings, ...unequalRegions(manifest), ...unknownEgress(manifest)];
}

/** Two remotes with different regions are refused, unless the one without regions stores no end-user data in scope. */
function unequalRegions({ remotes = [] }: Manifest): Finding[] {
  const sets = remotes
    .map((remote, index) => ({ remote, index, regions: regionsOf(remote) }))
    .filter(({ remote, regions }) => regions !== '' || remote.storage?.inScopeEUD === true);
  const first = sets[0];
  return sets
    .filter(({ regions }) => regions !== first?.regions)
    .map(({ remote, index }) => ({
      path: ['remotes', index, 'baseUrl'],
      message: `The remote '${remote.key}' has other regions than '${first?.remote.key ?? ''}'.`,
    }));
}

function regionsOf({ baseUrl }: NonNullable<Manifest['remotes']>[number]): string {
  if (baseUrl === undefined || typeof baseUrl === 'string') return '';
  return Object.keys(baseUrl).filter(isRegion).sort().join(' ');
}

function unknownEgress({ permissions, remotes = [] }: Manifest): Finding[] {
  const findings: Finding[] = [];
  for (const way of ['backend', 'client'] as const) {
    const declared = egressList.parse(permissions?.external?.fetch?.[way] ?? []);
    for (const [index, entry] of declared.entries()) {
      if (typeof entry === 'string' || typeof entry.remote !== 'string') continue;
      if (remotes.some(({ key }) => key === entry.remote)) continue;
      findings.push({
        path: ['permissions', 'external', 'fetch', way, index],
        message: `fetch.${way} names the remote '${entry.remote}', which is not declared.`,
      });
    }
  }
  return findings;
}
